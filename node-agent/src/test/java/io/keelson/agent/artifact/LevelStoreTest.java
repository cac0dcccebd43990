package io.keelson.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.SampleLevel;
import io.keelson.trust.release.Releases;
import io.keelson.trust.release.SimulatedReleases;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles of two kinds on one host. */
class LevelStoreTest {
    private static final byte[] LEVEL = ManifestCodec.write(SampleLevel.debian());
    private static final BundleName LEVEL_NAME = SampleLevel.debian().name();
    private static final byte[] RELEASE = SampleBundle.manifest("1.31.4");
    private static final BundleName RELEASE_NAME = SampleBundle.name("1.31.4");

    @TempDir
    Path directory;

    private final MemoryStore trust = new MemoryStore();
    private final Instant now = Instant.parse("2030-06-01T12:00:00Z");
    private final SimulatedReleases releases = SimulatedReleases.fresh(now);

    @BeforeEach
    void releaseBoth() {
        Releases.initialise(trust, releases.root());
        releases.release(LEVEL_NAME, LEVEL);
        releases.release(RELEASE_NAME, RELEASE);
    }

    private Releases repository() {
        return new Releases(trust, ReleaseSource.REPOSITORY, releases, () -> now);
    }

    private LevelStore levels(Releases repository) {
        return new LevelStore(
                directory.resolve("levels"),
                new AcceptedBundles(directory.resolve("level-manifests")),
                repository,
                (blob, offset) -> {
                    throw new IOException("no blob is asked for");
                },
                new Fit("linux", "amd64", "0.1.0"),
                problem -> {});
    }

    private static void isOfAnotherKind(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.BUNDLE_OTHER_KIND));
    }

    @Test
    void acceptsALevelForGood() {
        levels(repository()).verified(LEVEL_NAME, Digest.of(LEVEL));
        releases.release(LEVEL_NAME, RELEASE);

        assertThat(levels(repository())
                        .verified(LEVEL_NAME, Digest.of(LEVEL))
                        .manifest()
                        .requireOs()
                        .packages())
                .hasSize(2);
    }

    @Test
    void oneThatWasWithdrawnIsAcceptedNoMore() {
        releases.withdraw(LEVEL_NAME);
        releases.publish();

        assertThatThrownBy(() -> levels(repository()).staged(LEVEL_NAME, Digest.of(LEVEL)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.TRUST_TARGET_UNKNOWN));
    }

    /** What was ordered and taken back before the host had it proves nothing. */
    @Test
    void aLevelIsTheHostsWhenItWasPlannedAndCameTrue() {
        var store = levels(repository());
        var record = new AcceptedBundles(directory.resolve("level-manifests"));
        assertThat(store.staged(LEVEL_NAME, Digest.of(LEVEL)).id().value()).isEqualTo("os.staged");
        store.leave();
        store.settled();
        assertThat(record.read().running()).isEmpty();

        var unused = store.staged(LEVEL_NAME, Digest.of(LEVEL));
        store.settled();
        assertThat(record.read().running().map(AcceptedBundles.Bundle::name)).contains(LEVEL_NAME);
        assertThat(record.read().next()).isEmpty();
    }

    @Test
    void takesNoReleaseOfKubernetesForALevel() {
        isOfAnotherKind(() -> levels(repository()).verified(RELEASE_NAME, Digest.of(RELEASE)));

        assertThat(new AcceptedBundles(directory.resolve("level-manifests"))
                        .read()
                        .all())
                .isEmpty();
    }

    @Test
    void takesNoLevelForAReleaseOfKubernetes() {
        var accepted = new AcceptedBundles(directory.resolve("manifests"));
        var store = new ArtifactStore(
                directory.resolve("releases"),
                accepted,
                repository(),
                (blob, offset) -> {
                    throw new IOException("no blob is asked for");
                },
                new Fit("linux", "amd64", "0.1.0"),
                problem -> {});

        isOfAnotherKind(() -> store.verified(LEVEL_NAME, Digest.of(LEVEL)));
        isOfAnotherKind(() -> store.manifest(SampleBundle.spec(LEVEL_NAME, Digest.of(LEVEL))));
        assertThat(accepted.read().all()).isEmpty();
    }
}
