package io.keelson.agent.artifact;

import io.keelson.agent.artifact.AcceptedBundles.Bundle;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
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
 * The releases of Kubernetes of this host. One that was accepted stays so, without a server and whatever the date; any other must be a
 * target of the release repository now, be the one that is meant, fit the host and follow what runs. It is accepted when
 * that is on the disk. Thread-safe.
 */
public final class ArtifactStore {
    private static final StepId STAGED = new StepId("artifact.staged");

    private final Path releases;
    private final AcceptedBundles accepted;
    private final Acceptance acceptance;
    private final BlobSource blobs;
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
        this.blobs = blobs;
        this.acceptance = new Acceptance(accepted, repository, fit, warnings, ArtifactStore::refuses);
    }

    private static Optional<Problem> refuses(Optional<Bundle> running, Manifest next) {
        var release = next.requireKubernetes();
        return running.flatMap(Bundle::kubernetes).flatMap(version -> SkewRule.refuses(version, release));
    }

    /** The verified manifest of a spec's bundle, which is planned from now on; see {@link #verified}. */
    public synchronized BundleManifest manifest(NodeSpec spec) {
        var manifest = verified(spec.bundle(), spec.manifest());
        planned = Optional.of(manifest.digest());
        leaving = false;
        return manifest.manifest().requireKubernetes();
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
        return staged.computeIfAbsent(digest, d -> new StagedRelease(STAGED, manifest, blobs, release(bundle)));
    }

    /**
     * The manifest of a bundle that this host may install.
     *
     * @param digest of the manifest's bytes
     * @throws io.keelson.problem.ProblemException BUNDLE_WRONG_ARCHITECTURE or BUNDLE_AGENT_TOO_OLD; of what was not
     *     accepted yet, what {@link Releases#find} throws, BUNDLE_CORRUPT if the repository has another manifest than
     *     the one that is meant, BUNDLE_OTHER_KIND, BUNDLE_SKEW; HOST_STATE_UNREADABLE
     */
    public synchronized VerifiedManifest verified(BundleName bundle, Digest digest) {
        return acceptance.verified(bundle, digest);
    }
}
