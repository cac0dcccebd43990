package io.keelson.agent;

import static io.keelson.agent.WholeAgent.remove;
import static io.keelson.agent.WholeAgent.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.WholeAgent.PlanEnd;
import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.Fit;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.artifact.SampleBundle;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.session.Assignment;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleName;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.bundle.HostileBundle;
import io.keelson.trust.bundle.HostileBundles;
import io.keelson.trust.release.Releases;
import io.keelson.trust.release.SimulatedReleases;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bundle that must be refused although it was released, ordered of a whole agent: its loop, its store, its
 * unpacker. Each has the four outcomes: a stable code, an event that says so, no byte outside the quarantine, and what
 * was installed untouched, so that the next good bundle installs.
 */
@SuppressWarnings("NullAway.Init")
@TestInstance(Lifecycle.PER_CLASS)
class HostileBundlesTest {
    private static final BundleName BUNDLE = new BundleName("kubernetes-1.31.4-1");
    private static final int AT_LEAST = 250;

    /** What is seen only when the release is not there yet; all else is refused beside one that is. */
    private static final Set<ProblemCode> ON_DISK = Set.of(ProblemCode.BUNDLE_CORRUPT, ProblemCode.HOST_DISK_FULL);

    @TempDir
    static Path directory;

    private Path releases;
    private Path manifests;
    private Path trust;
    private final SimulatedReleases repository = SimulatedReleases.fresh(Instant.now());
    private volatile Assignment order = Assignment.NONE;
    private volatile HostileBundle published = HostileBundles.good();
    private final AtomicLong fetched = new AtomicLong();
    private long revision;
    private WholeAgent agent;

    /** Somebody has released each; who may is the affair of {@link HostileReleasesTest}. */
    static List<HostileBundle> hostile() {
        return HostileBundles.all();
    }

    /** A target beyond the manifest's cap is not even fetched; one that is another bundle's is no content for it. */
    private static ProblemCode expected(HostileBundle hostile) {
        if (hostile.manifest().length > ManifestCodec.MAXIMUM_BYTES) {
            return ProblemCode.TRUST_TOO_LARGE;
        }
        return hostile.name().equals("another bundle's manifest") ? ProblemCode.TRUST_CONTENT_MISMATCH : hostile.code();
    }

    @BeforeAll
    void startAgentThatRunsSomething() throws IOException {
        releases = directory.resolve("releases");
        manifests = directory.resolve("manifests");
        trust = Files.createDirectory(directory.resolve("trust"));
        Releases.initialise(new DirectoryStore(trust), repository.root());
        var running = Files.createDirectories(releases.resolve("kubernetes-1.30.9-1/bin"));
        Files.writeString(running.resolve("kubelet"), "runs at the moment");
        agent = new WholeAgent(directory.resolve("journal"), () -> order, this::plan, () -> {});
    }

    @AfterAll
    void stop() throws InterruptedException {
        agent.close();
    }

    @Test
    void thereAreHundredsOfThem() {
        assertThat(hostile()).hasSizeGreaterThan(AT_LEAST);
        assertThat(hostile()).extracting(HostileBundle::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesWithACodeAndAnEventAndTouchesNothing(HostileBundle hostile) throws Exception {
        // A manifest that was accepted once is taken from the disk; only a host without it asks the repository.
        remove(manifests);
        if (ON_DISK.contains(hostile.code())) {
            remove(releases.resolve(BUNDLE.value()));
        }
        var before = snapshot(releases);
        var manifestsBefore = snapshot(manifests);

        var end = ordered(hostile);

        assertThat(fetched.get()).as("bytes that the refusal cost").isLessThanOrEqualTo(costOf(hostile));
        assertThat(end.halted()).as("an event that says it").isPresent();
        var halted = end.halted().get();
        assertThat(halted.problem().code()).isEqualTo(expected(hostile));
        assertThat(halted.problem().what()).doesNotContain("\n", "\0");
        assertThat(halted.problem().remedy().advice()).isNotBlank();
        assertThat(snapshot(releases)).isEqualTo(before);
        if (halted.step().value().equals("plan")) {
            assertThat(snapshot(manifests)).isEqualTo(manifestsBefore);
        }
        assertThat(ordered(HostileBundles.good()).halted())
                .as("the next good one")
                .isEmpty();
        assertThat(releases.resolve(BUNDLE.value()).resolve("bin/kubelet")).isExecutable();
    }

    /** What a good bundle of that manifest would cost, and of each blob the byte that is one too many. */
    private static long costOf(HostileBundle hostile) {
        try {
            return ManifestCodec.read(hostile.manifest()).files().stream()
                    .filter(BundleFile.Regular.class::isInstance)
                    .map(file -> ((BundleFile.Regular) file).blob())
                    .distinct()
                    .mapToLong(blob -> blob.size() + 1)
                    .sum();
        } catch (ProblemException noManifest) {
            return 0;
        }
    }

    private BlobSource counted(BlobSource source) {
        return (blob, offset) -> new FilterInputStream(source.open(blob, offset)) {
            @Override
            public int read() throws IOException {
                int next = super.read();
                fetched.addAndGet(next < 0 ? 0 : 1);
                return next;
            }

            @Override
            public int read(byte[] bytes, int at, int length) throws IOException {
                int count = super.read(bytes, at, length);
                fetched.addAndGet(Math.max(0, count));
                return count;
            }
        };
    }

    private PlanEnd ordered(HostileBundle bundle) throws InterruptedException {
        revision++;
        synchronized (repository) {
            fetched.set(0);
            published = bundle;
            repository.release(BUNDLE, bundle.manifest());
        }
        order = Assignment.node(new Epoch(1), new Revision(revision), SampleBundle.spec(BUNDLE, bundle.digest()));
        agent.wake();
        return agent.end(revision);
    }

    /** The agent's plan, cut down to the step that stages the bundle; every order meets a store that knows nothing yet. */
    private Plan plan(NodeSpec spec, Revision of) {
        synchronized (repository) {
            var follower = new Releases(
                    new DirectoryStore(trust), ReleaseSource.REPOSITORY, repository, InstantSource.system());
            var store = new ArtifactStore(
                    releases,
                    new AcceptedBundles(manifests),
                    follower,
                    counted(published.source()),
                    new Fit("linux", "amd64", "0.1.0-SNAPSHOT"),
                    warning -> {});
            return new Plan(of, List.of(store.staged(spec)));
        }
    }
}
