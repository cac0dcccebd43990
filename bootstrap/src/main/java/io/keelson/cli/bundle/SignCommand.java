package io.keelson.cli.bundle;

import io.keelson.cli.output.Terminal;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson bundle sign}. */
@Command(
        name = "sign",
        description = "Signs a bundle's manifest, and through its digests every file of the bundle.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson bundle sign --key keys/release.key kubernetes-1.31.4-1",
        })
public final class SignCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The release key.")
    @SuppressWarnings("NullAway.Init")
    Path key;

    @Mixin
    PassphraseSource passphrase = new PassphraseSource();

    @Parameters(paramLabel = "DIR", description = "The bundle.")
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Override
    public Integer call() {
        var bundle = BundleDirectory.open(directory);
        var signer = ReleaseKey.open(key, () -> passphrase.read("Passphrase of " + key + ": "));
        bundle.writeSignatures(signer.sign(bundle.manifestBytes()));
        Terminal.of(spec)
                .say("Signed " + directory + " by key " + signer.publicKey().keyId());
        return 0;
    }
}
