package io.keelson.cli.bundle;

import io.keelson.cli.output.Terminal;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson bundle verify}. */
@Command(
        name = "verify",
        description = "Checks a bundle's signature and then every byte of it, as a host would.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson bundle verify --key keys/release.pub kubernetes-1.31.4-1",
        })
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--key",
            required = true,
            arity = "1",
            paramLabel = "PUB",
            description = "A public release key to trust; can be given several times.")
    @SuppressWarnings("NullAway.Init")
    List<Path> keys;

    @Parameters(paramLabel = "DIR", description = "The bundle.")
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Override
    public Integer call() {
        var trusted = keys.stream().map(ReleaseKey::publicKey).toList();
        var bundle = BundleDirectory.open(directory);
        var verified = ManifestVerifier.verify(bundle.manifestBytes(), Signatures.of(bundle), trusted);
        bundle.verifyBlobs(verified);
        Terminal.of(spec).out().println(verified.manifest().name() + " " + verified.digest() + " verified");
        return 0;
    }
}
