package io.keelson.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.Fit;
import io.keelson.agent.artifact.LevelStore;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.os.packages.OsPlanner;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.OsSpec;
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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What brings a level to a host, from the order to the reboot. */
class LevelPlannerTest {
    private static final byte[] MANIFEST = ManifestCodec.write(SampleLevel.debian());
    private static final BundleName NAME = SampleLevel.debian().name();

    @TempDir
    Path directory;

    private final MemoryHost host = new MemoryHost();
    private final MemoryStore trust = new MemoryStore();
    private final Instant now = Instant.parse("2030-06-01T12:00:00Z");
    private final SimulatedReleases releases = SimulatedReleases.fresh(now);

    @BeforeEach
    void release() {
        Releases.initialise(trust, releases.root());
        releases.release(NAME, MANIFEST);
    }

    private AcceptedBundles record() {
        return new AcceptedBundles(directory.resolve("accepted"));
    }

    private LevelStore store() {
        return new LevelStore(
                directory.resolve("levels"),
                record(),
                new Releases(trust, ReleaseSource.REPOSITORY, releases, () -> now),
                (blob, offset) -> {
                    throw new IOException("no blob is asked for");
                },
                new Fit("linux", "amd64", "0.1.0"),
                problem -> {});
    }

    private LevelPlanner planner(LevelStore store) {
        return new LevelPlanner(store, new OsPlanner(Path.of("/etc/keelson/agent"), new ManualPacer()), host);
    }

    private static List<String> steps(LevelPlanner planner, Optional<OsSpec> ordered) {
        return planner.steps(ordered).stream().map(step -> step.id().value()).toList();
    }

    private static Optional<OsSpec> ordered(byte[] manifest) {
        return Optional.of(new OsSpec(NAME, Digest.of(manifest), 0));
    }

    @Test
    void stagesALevelBeforeAnythingIsInstalledAndRebootsLast() {
        assertThat(steps(planner(store()), ordered(MANIFEST)))
                .startsWith("os.staged", "os.fits")
                .contains("os.packages", "os.level")
                .endsWith("os.reboot", "os.settled");
        assertThat(steps(planner(store()), Optional.empty())).isEmpty();
    }

    /** By its own note, of this very level and as many reboots. */
    @Test
    void onlyWhatCameToTheOrderBeforeIsNothingButLookedAt() {
        var planner = planner(store());
        assertThat(planner.kept(Optional.empty())).isEmpty();
        assertThat(planner.kept(ordered(MANIFEST))).isEmpty();

        planner.steps(ordered(MANIFEST)).getLast().apply(host, new SilentActivity());

        assertThat(planner.kept(ordered(MANIFEST)))
                .hasValueSatisfying(step -> assertThat(step.id().value()).isEqualTo("os.kept"));
        assertThat(planner.kept(Optional.of(new OsSpec(NAME, Digest.of(MANIFEST), 1))))
                .isEmpty();
        host.files().put("/etc/keelson/agent/os-settled.json", "{");
        assertThat(planner.kept(ordered(MANIFEST))).isEmpty();
    }

    @Test
    void anotherLevelThanTheReleasedOneIsRefused() {
        assertThatThrownBy(() -> planner(store()).steps(ordered(new byte[] {1})))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.BUNDLE_CORRUPT));
    }

    /** Whatever converges after an order was taken back does not make its level the host's. */
    @Test
    void aLevelThatIsOrderedNoMoreIsNotSettled() {
        var store = store();
        var planner = planner(store);
        assertThat(steps(planner, ordered(MANIFEST))).isNotEmpty();
        assertThat(steps(planner, Optional.empty())).isEmpty();
        store.settled();
        assertThat(record().read().running()).isEmpty();

        assertThat(steps(planner, ordered(MANIFEST))).isNotEmpty();
        store.settled();
        assertThat(record().read().running()).isPresent();
    }
}
