package io.keelson.agent.artifact;

import io.keelson.agent.plan.Step;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.SkewRule;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.release.Releases;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The bundles of this host. One that was accepted stays so, without a server and whatever the date; any other must be a
 * target of the release repository now, be the one that is meant, fit the host and follow what runs. It is accepted when
 * that is on the disk. Thread-safe.
 */
public final class ArtifactStore {
    private final Path releases;
    private final AcceptedBundles accepted;
    private final Releases repository;
    private final BlobSource blobs;
    private final Fit fit;
    private final Consumer<Problem> warnings;
    private final Map<Digest, StagedRelease> staged = new ConcurrentHashMap<>();
    private Optional<Digest> planned = Optional.empty();
    private boolean leaving;

    /**
     * @param releases where bundles are unpacked: {@code /opt/keelson/releases}
     * @param repository asked for what was not accepted yet
     * @param warnings hears what a person has to know although a bundle was accepted
     */
    public ArtifactStore(
            Path releases,
            AcceptedBundles accepted,
            Releases repository,
            BlobSource blobs,
            Fit fit,
            Consumer<Problem> warnings) {
        this.releases = releases;
        this.accepted = accepted;
        this.repository = repository;
        this.blobs = blobs;
        this.fit = fit;
        this.warnings = warnings;
    }

    /** The verified manifest of a spec's bundle, which is planned from now on; see {@link #verified}. */
    public synchronized BundleManifest manifest(NodeSpec spec) {
        var manifest = verified(spec.bundle(), spec.manifest());
        planned = Optional.of(manifest.digest());
        leaving = false;
        return manifest.manifest();
    }

    /** It is planned that the host runs no bundle. */
    public synchronized void leave() {
        planned = Optional.empty();
        leaving = true;
    }

    /** The step that stages a spec's bundle. */
    public Step staged(NodeSpec spec) {
        return staged(spec.bundle(), spec.manifest());
    }

    /** Where a bundle lies once it is staged. */
    public Path release(BundleName bundle) {
        return releases.resolve(bundle.value());
    }

    /** What was planned last holds on this host: it runs that bundle or none, and none that was accepted before. */
    public synchronized void settled() {
        planned.ifPresent(accepted::settle);
        if (leaving) {
            accepted.forget();
        }
    }

    /**
     * The step that stages a bundle; its manifest is verified here already.
     *
     * @throws io.keelson.problem.ProblemException as {@link #verified} does
     */
    public Step staged(BundleName bundle, Digest digest) {
        var manifest = verified(bundle, digest);
        return staged.computeIfAbsent(digest, d -> new StagedRelease(manifest, blobs, release(bundle)));
    }

    /**
     * The manifest of a bundle that this host may install.
     *
     * @param digest of the manifest's bytes
     * @throws io.keelson.problem.ProblemException BUNDLE_WRONG_ARCHITECTURE or BUNDLE_AGENT_TOO_OLD; of what was not
     *     accepted yet, what {@link Releases#find} throws, BUNDLE_CORRUPT if the repository has another manifest than
     *     the one that is meant, BUNDLE_SKEW; HOST_STATE_UNREADABLE
     */
    public synchronized VerifiedManifest verified(BundleName bundle, Digest digest) {
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
        accepted.read()
                .running()
                .flatMap(running -> SkewRule.refuses(running.kubernetes(), manifest.manifest()))
                .ifPresent(problem -> {
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
