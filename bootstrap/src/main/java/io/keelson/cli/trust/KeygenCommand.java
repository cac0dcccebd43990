package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.signing.SigningToken;
import io.keelson.trust.signing.TokenUri;
import io.keelson.trust.tuf.key.TufSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keelson trust keygen}. */
@Command(
        name = "keygen",
        description = {
            "Makes a key (Ed25519): NAME.key, which signs and stays with its owner, and NAME.pub, which is told.",
            "People's keys are under a passphrase; the control server's is not, since nobody is there to type it.",
            "Or makes a key (ECDSA P-256) in a PKCS #11 token, which it never leaves; then NAME.pub is all that is written.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # asks for a passphrase",
            "  keelson trust keygen --out keys/alice",
            "  # without a terminal",
            "  keelson trust keygen --out keys/alice --passphrase-file /run/secrets/alice",
            "  # the server's key for snapshot and timestamp",
            "  keelson trust keygen --out keys/online --no-passphrase",
            "  # in a token; asks for its PIN",
            "  keelson trust keygen --out keys/bob \\",
            "      --key 'pkcs11:token=bob;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so'",
        })
final class KeygenCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "DIR/NAME", description = "Where both files are written.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Option(
            names = "--key",
            paramLabel = "URI",
            description = "Make the key in this token: pkcs11:token=T;object=NAME?module-path=LIBRARY (RFC 7512).")
    @Nullable
    String uri;

    @Mixin
    PassphraseSource passphrase = new PassphraseSource();

    @Option(names = "--no-passphrase", description = "Leave the key unprotected; for servers and laboratories.")
    boolean noPassphrase;

    @Override
    public Integer call() {
        if (noPassphrase && passphrase.file != null) {
            throw new ParameterException(
                    spec.commandLine(), "--no-passphrase and --passphrase-file exclude each other");
        }
        if (uri != null && (noPassphrase || !TokenUri.names(uri))) {
            throw new ParameterException(spec.commandLine(), "--key is a URI, pkcs11:..., of a token, which has a PIN");
        }
        var absolute = out.toAbsolutePath();
        var name = Optional.ofNullable(absolute.getFileName())
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "--out needs a name"));
        var files = new PublicFile(absolute.resolveSibling(name + ".pub"));
        files.requireFree();
        var signer = create(absolute.resolveSibling(name + ".key"));
        files.write(signer.key());
        Terminal.of(spec).out().println(signer.key().id());
        return 0;
    }

    private TufSigner create(Path file) {
        try {
            Files.createDirectories(file.resolveSibling("."));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory of " + file, e);
        }
        if (uri != null) {
            var token = TokenUri.parse(uri);
            return SigningToken.create(token, () -> passphrase.read("PIN of token " + token.token() + ": "));
        }
        if (Files.exists(file)) {
            throw Problem.error(
                            ProblemCode.RELEASE_KEY_INVALID,
                            "there is a file already: " + file,
                            Remedy.advise(
                                    "Choose another name, since a key is never overwritten; if only its other half is"
                                            + " missing, write that.",
                                    "keelson trust pubkey --key " + file + " --out "
                                            + file.toString().replaceFirst("key$", "pub")))
                    .asException();
        }
        if (noPassphrase) {
            return SigningKeyFile.createUnprotected(file);
        }
        var secret = passphrase.readNew();
        try {
            return SigningKeyFile.create(file, secret);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }
}
