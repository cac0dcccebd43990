package io.keelson.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.Fit;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.artifact.SampleBundle;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunEvent.PlanConverged;
import io.keelson.agent.plan.RunEvent.PlanHalted;
import io.keelson.agent.plan.RunEvent.PlanStarted;
import io.keelson.agent.plan.RunEvent.StepDone;
import io.keelson.agent.plan.RunEvent.StepHalted;
import io.keelson.agent.plan.RunEvent.StepProgress;
import io.keelson.agent.plan.RunEvent.StepSkipped;
import io.keelson.agent.plan.RunEvent.StepStarted;
import io.keelson.agent.plan.RunEvent.Warned;
import io.keelson.agent.session.Assignment;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleName;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.HostileBundle;
import io.keelson.trust.bundle.HostileBundles;
import io.keelson.trust.release.Releases;
import io.keelson.trust.release.SimulatedReleases;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bundle that must be refused although it was released, ordered of a whole agent: its loop, its store, its unpacker. Each has the four
 * outcomes: a stable code, an event that says so, no byte outside the quarantine, and what was installed untouched, so
 * that the next good bundle installs.
 */
@SuppressWarnings("NullAway.Init")
@TestInstance(Lifecycle.PER_CLASS)
class HostileBundlesTest {
    private static final BundleName BUNDLE = new BundleName("kubernetes-1.31.4-1");
    private static final int AT_LEAST = 250;
    private static final Set<ProblemCode> SIGNATURES =
            Set.of(ProblemCode.BUNDLE_SIGNATURE_INVALID, ProblemCode.BUNDLE_KEY_UNKNOWN);

    /** What is seen only when the release is not there yet; all else is refused beside one that is. */
    private static final Set<ProblemCode> ON_DISK = Set.of(ProblemCode.BUNDLE_CORRUPT, ProblemCode.HOST_DISK_FULL);

    @TempDir
    static Path directory;

    private Path releases;
    private Path manifests;
    private Path trust;
    private final SimulatedReleases repository = SimulatedReleases.fresh(Instant.now());
    private final BlockingQueue<PlanEnd> ends = new LinkedBlockingQueue<>();
    private volatile Assignment order = Assignment.NONE;
    private volatile HostileBundle published = HostileBundles.good();
    private long revision;
    private Journal journal;
    private AgentLoop loop;
    private Thread thread;

    /** How a plan ended; empty if it converged. */
    private record PlanEnd(Revision revision, Optional<PlanHalted> halted) {}

    /** All whose manifests could be released; who signs is the affair of {@link HostileReleasesTest}. */
    static List<HostileBundle> hostile() {
        return HostileBundles.all().stream()
                .filter(bundle -> !SIGNATURES.contains(bundle.code()))
                .toList();
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
        var host = new MemoryHost();
        journal = Journal.open(directory.resolve("journal"), host.clock());
        var runner = new PlanRunner(host, journal, this::heard, Pacer.system());
        loop = new AgentLoop(() -> order, this::plan, runner, this::heard);
        thread = Thread.ofPlatform().start(() -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @AfterAll
    void stop() throws InterruptedException {
        thread.interrupt();
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        journal.close();
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

    private PlanEnd ordered(HostileBundle bundle) throws InterruptedException {
        revision++;
        published = bundle;
        repository.release(BUNDLE, bundle.manifest());
        order = new Assignment(
                new Epoch(1), new Revision(revision), Optional.of(SampleBundle.spec(BUNDLE, bundle.digest())));
        loop.wake();
        while (true) {
            var end = ends.poll(30, TimeUnit.SECONDS);
            assertThat(end).as("an end of the plan").isNotNull();
            if (end.revision().equals(new Revision(revision))) {
                return end;
            }
        }
    }

    /** The agent's plan, cut down to the step that stages the bundle; every order meets a store that knows nothing yet. */
    private Plan plan(NodeSpec spec, Revision of) {
        var follower =
                new Releases(new DirectoryStore(trust), ReleaseSource.REPOSITORY, repository, InstantSource.system());
        var fit = new Fit("linux", "amd64", "0.1.0-SNAPSHOT");
        var store = new ArtifactStore(
                releases, new AcceptedBundles(manifests), follower, published.source(), fit, warning -> {});
        return new Plan(of, List.of(store.staged(spec)));
    }

    private void heard(Revision of, RunEvent event) {
        switch (event) {
            case PlanHalted halted -> ends.add(new PlanEnd(of, Optional.of(halted)));
            case PlanConverged _ -> ends.add(new PlanEnd(of, Optional.empty()));
            case PlanStarted _, StepSkipped _, StepStarted _, StepProgress _, StepDone _, StepHalted _, Warned _ -> {
                // Only how it ends is asked for.
            }
        }
    }

    /** Names and contents of everything but quarantines. */
    private static Map<String, String> snapshot(Path root) throws IOException {
        var found = new TreeMap<String, String>();
        if (Files.exists(root)) {
            try (var all = Files.walk(root)) {
                for (var path : all.toList()) {
                    var name = root.relativize(path).toString();
                    if (!name.split("/", -1)[0].endsWith(".quarantine")) {
                        found.put(name, Files.isRegularFile(path) ? Files.readString(path) : "no file");
                    }
                }
            }
        }
        return found;
    }

    private static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var all = Files.walk(tree)) {
                for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
