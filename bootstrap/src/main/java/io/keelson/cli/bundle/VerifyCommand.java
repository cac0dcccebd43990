package io.keelson.cli.bundle;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.OfflineRelease;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson bundle verify}. */
@Command(
        name = "verify",
        description = {
            "Checks every byte of a bundle against its manifest.",
            "With a repository, checks first that enough of its keys have released the bundle, and that it is not below",
            "the floor; dates are not looked at, since nothing is fetched that could be old.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # is it whole?",
            "  keelson bundle verify kubernetes-1.31.4-1",
            "  # is it released, too?",
            "  keelson bundle verify --repository releases kubernetes-1.31.4-1",
        })
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--repository",
            paramLabel = "DIR",
            description = "A release repository that has to release the bundle.")
    @Nullable
    Path repository;

    @Parameters(paramLabel = "DIR", description = "The bundle.")
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Override
    public Integer call() {
        var bundle = BundleDirectory.open(directory);
        var verified = verified(bundle);
        bundle.verifyBlobs(verified);
        Terminal.of(spec)
                .out()
                .println(verified.manifest().name() + " " + verified.digest()
                        + (repository == null ? " is whole" : " is whole and released"));
        return 0;
    }

    private VerifiedManifest verified(BundleDirectory bundle) {
        if (repository != null) {
            return OfflineRelease.find(repository, bundle).manifest();
        }
        var bytes = bundle.manifestBytes();
        return ManifestVerifier.verify(bytes, Digest.of(bytes));
    }
}
