package io.keelson.agent.artifact;

import io.keelson.agent.artifact.AcceptedBundles.Bundle;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.release.Releases;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a bundle of one kind becomes one that this host may install: it is a target of the release repository now, the one that
 * is meant, fits the host and may follow what runs. One that was accepted stays so. Callers see to it that one thread is in
 * here at a time.
 */
final class Acceptance {
    private final AcceptedBundles accepted;
    private final Releases repository;
    private final Fit fit;
    private final Consumer<Problem> warnings;
    private final Rule rule;

    /** What is asked of a bundle before it is accepted. */
    @FunctionalInterface
    interface Rule {
        /**
         * The reason why it may not follow what runs.
         *
         * @throws io.keelson.problem.ProblemException BUNDLE_OTHER_KIND
         */
        Optional<Problem> refuses(Optional<Bundle> running, Manifest next);
    }

    Acceptance(AcceptedBundles accepted, Releases repository, Fit fit, Consumer<Problem> warnings, Rule rule) {
        this.accepted = accepted;
        this.repository = repository;
        this.fit = fit;
        this.warnings = warnings;
        this.rule = rule;
    }

    VerifiedManifest verified(BundleName bundle, Digest digest) {
        var kept = accepted.manifest(bundle, digest);
        if (kept.isPresent()) {
            fit.require(kept.get().manifest());
            return kept.get();
        }
        var released = repository.find(bundle);
        released.warnings().forEach(warnings);
        var manifest = released.manifest();
        requireMeant(bundle, digest, manifest);
        fit.require(manifest.manifest());
        rule.refuses(accepted.read().running(), manifest.manifest()).ifPresent(problem -> {
            throw problem.asException();
        });
        accepted.accept(manifest);
        return manifest;
    }

    private static void requireMeant(BundleName bundle, Digest digest, VerifiedManifest manifest) {
        if (!manifest.digest().equals(digest)) {
            throw Problem.error(
                            ProblemCode.BUNDLE_CORRUPT,
                            "the order names bundle " + bundle + " with manifest " + digest.abbreviated()
                                    + ", but the one that was released has "
                                    + manifest.digest().abbreviated(),
                            Remedy.advise(
                                    "Compare the server's bundle with the released one.",
                                    "keelson bundle show " + bundle))
                    .asException();
        }
    }
}
