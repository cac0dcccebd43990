package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keelson trust pubkey}. */
@Command(
        name = "pubkey",
        description = "Writes the half of a key that others are told: of a token's key, or if its file was lost.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson trust pubkey --key keys/alice.key --out keys/alice.pub",
            "  keelson trust pubkey --out keys/bob.pub \\",
            "      --key 'pkcs11:token=bob;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so'",
        })
final class PubkeyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    SigningKeyOption key = new SigningKeyOption();

    @Option(names = "--out", required = true, paramLabel = "NAME.pub", description = "The file that is written.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Override
    public Integer call() {
        var chosen = key.key;
        if (chosen == null) {
            throw new ParameterException(spec.commandLine(), "--key names the key");
        }
        var file = new PublicFile(out);
        file.requireFree();
        var signer = key.open(chosen);
        file.write(signer.key());
        Terminal.of(spec).out().println(signer.key().id());
        return 0;
    }
}
