package io.keelson.cli.bundle;

import io.keelson.cli.output.Terminal;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.ReleaseSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keelson bundle keygen}. */
@Command(
        name = "keygen",
        description = {
            "Makes a release key (Ed25519): NAME.key, which signs and stays offline, and NAME.pub, which hosts trust."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # asks for a passphrase",
            "  keelson bundle keygen --out keys/release",
            "  # without a terminal",
            "  keelson bundle keygen --out keys/release --passphrase-file /run/secrets/release",
        })
public final class KeygenCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "DIR/NAME", description = "Where both files are written.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Mixin
    PassphraseSource passphrase = new PassphraseSource();

    @Option(names = "--no-passphrase", description = "Leave the key unprotected; for laboratories.")
    boolean noPassphrase;

    @Override
    public Integer call() {
        if (noPassphrase && passphrase.file != null) {
            throw new ParameterException(
                    spec.commandLine(), "--no-passphrase and --passphrase-file exclude each other");
        }
        var absolute = out.toAbsolutePath();
        var name = Optional.ofNullable(absolute.getFileName())
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "--out needs a name"));
        var publicFile = absolute.resolveSibling(name + ".pub");
        if (Files.exists(publicFile)) {
            throw Problem.error(
                            ProblemCode.RELEASE_KEY_INVALID,
                            "there is a file already: " + publicFile,
                            Remedy.advise("Choose another name; a key is never overwritten."))
                    .asException();
        }
        var signer = create(absolute.resolveSibling(name + ".key"));
        AtomicFile.write(publicFile, signer.publicKey().pem(), FileMode.PUBLIC);
        Terminal.of(spec).out().println(signer.publicKey().keyId());
        return 0;
    }

    private ReleaseSigner create(Path file) {
        try {
            Files.createDirectories(file.resolveSibling("."));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory of " + file, e);
        }
        return noPassphrase ? ReleaseKey.createUnprotected(file) : ReleaseKey.create(file, passphrase.readNew());
    }
}
