package io.keelson.agent.artifact;

import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.problem.Problem;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.release.Releases;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The levels of the operating system that this host may install; as {@link ArtifactStore} for releases of Kubernetes, with a
 * record of its own. Thread-safe.
 */
public final class LevelStore {
    private static final StepId STAGED = new StepId("os.staged");

    private final Path levels;
    private final AcceptedBundles accepted;
    private final Acceptance acceptance;
    private final BlobSource blobs;
    private final Map<Digest, StagedRelease> staged = new ConcurrentHashMap<>();
    private Optional<Digest> planned = Optional.empty();

    /**
     * @param levels where levels are unpacked: {@code /opt/keelson/levels}
     * @param accepted a record of levels alone
     */
    public LevelStore(
            Path levels,
            AcceptedBundles accepted,
            Releases repository,
            BlobSource blobs,
            Fit fit,
            Consumer<Problem> warnings) {
        this.levels = levels;
        this.accepted = accepted;
        this.blobs = blobs;
        this.acceptance = new Acceptance(accepted, repository, fit, warnings, (running, next) -> {
            var unused = next.requireOs();
            return Optional.empty();
        });
    }

    /**
     * The manifest of a level that this host may install.
     *
     * @throws io.keelson.problem.ProblemException as {@link ArtifactStore#verified}, and BUNDLE_OTHER_KIND of a release of
     *     Kubernetes
     */
    public synchronized VerifiedManifest verified(BundleName level, Digest digest) {
        return acceptance.verified(level, digest);
    }

    /** The step that stages a level, which is planned from now on; throws what {@link #verified} throws. */
    public synchronized Step staged(BundleName level, Digest digest) {
        var manifest = verified(level, digest);
        planned = Optional.of(digest);
        return staged.computeIfAbsent(digest, d -> new StagedRelease(STAGED, manifest, blobs, directory(level)));
    }

    /** It is planned that the operating system stays as it is. */
    public synchronized void leave() {
        planned = Optional.empty();
    }

    /** Where a level lies once it is staged. */
    public Path directory(BundleName level) {
        return levels.resolve(level.value());
    }

    /** What was planned last holds on this host: if it is a level, none that was accepted before is needed any more. */
    public synchronized void settled() {
        planned.ifPresent(accepted::settle);
    }
}
