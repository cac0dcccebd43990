package io.keelson.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunEvent.PlanHalted;
import io.keelson.agent.plan.RunEvent.StepStarted;
import io.keelson.agent.plan.RunResult.Converged;
import io.keelson.agent.plan.RunResult.Halted;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker has its images from the bundle alone, before anything needs them and when they were collected. */
final class ContainerImagesTest {
    private static final StepId IMAGES = new StepId("kubernetes.images");
    private static final String ARCHIVES = "/opt/keelson/releases/" + SampleNode.BUNDLE + "/images/";

    @TempDir
    Path directory;

    private final SimulatedMachine machine = new SimulatedMachine();
    private final NodeSpec worker = SampleNode.worker();
    private final Plan plan = SamplePlans.of(
            worker, SampleNode.bundle(), new TestAuthority(worker, machine.host.clock()), Optional.empty());
    private final List<RunEvent> events = new ArrayList<>();
    private Journal journal;
    private PlanRunner runner;

    @BeforeEach
    void open() {
        journal = Journal.open(directory.resolve("journal"), machine.host.clock());
        runner = new PlanRunner(machine.host, journal, (revision, event) -> events.add(event), new ManualPacer());
    }

    @AfterEach
    void close() {
        journal.close();
    }

    /** eks-anywhere#1979, k3s#12022: there it was pods that told, one after the other, which images were missing. */
    @Test
    void whatIsMissingIsNamedWholeBeforeTheKubeletRuns() throws InterruptedException {
        machine.archives().put("images/busybox.tar", "docker.io/library/busybox:1.35");

        assertThat(runner.run(plan)).isInstanceOfSatisfying(Halted.class, halted -> {
            assertThat(halted.step()).isEqualTo(IMAGES);
            assertThat(halted.problem().what())
                    .contains("missing " + SampleNode.BUSYBOX)
                    .doesNotContain(SampleNode.PAUSE);
        });

        assertThat(gaps()).containsExactly("missing " + SampleNode.PAUSE + ", " + SampleNode.BUSYBOX);
        assertThat(events.getLast()).isInstanceOf(PlanHalted.class);
        hasNoKubelet();

        machine.archives().put("images/busybox.tar", SampleNode.BUSYBOX);
        assertThat(runner.run(plan)).isInstanceOf(Converged.class);
    }

    /** eks-anywhere#1979: the same with an archive that is none. */
    @Test
    void anArchiveThatCannotBeReadIsNamedBeforeTheKubeletRuns() throws InterruptedException {
        machine.archives().remove("images/pause.tar");

        assertThat(runner.run(plan)).isInstanceOfSatisfying(Halted.class, halted -> {
            assertThat(halted.problem().code()).isEqualTo(ProblemCode.HOST_STEP_FAILED);
            assertThat(halted.problem().what()).contains(SampleNode.PAUSE, "unrecognized image format");
        });

        hasNoKubelet();
    }

    /** k3s#12022: images that are gone are seen and said while the host runs, and come back from its own disk. */
    @Test
    void imagesThatWereCollectedComeBackFromTheBundleWithoutARegistry() throws InterruptedException {
        assertThat(runner.run(plan)).isInstanceOf(Converged.class);
        assertThat(PlanRunner.drift(machine.host, plan)).isEmpty();
        events.clear();
        int calls = machine.host.units().calls().size();
        int runs = machine.host.programs().runs().size();
        machine.images().clear();

        assertThat(PlanRunner.drift(machine.host, plan)).contains(IMAGES);
        assertThat(runner.run(plan)).isInstanceOf(Converged.class);

        assertThat(machine.images()).containsExactlyInAnyOrder(SampleNode.PAUSE, SampleNode.BUSYBOX);
        assertThat(gaps()).containsExactly("missing " + SampleNode.PAUSE + ", " + SampleNode.BUSYBOX);
        assertThat(machine.host.programs().runs().stream()
                        .skip(runs)
                        .filter(argv -> argv.contains("images") && !argv.contains("ls"))
                        .map(argv -> String.join(" ", argv.subList(5, argv.size()))))
                .containsExactly(
                        "images import " + ARCHIVES + "pause.tar", "images import " + ARCHIVES + "busybox.tar");
        assertThat(machine.host.units().calls()).as("what is started for it").hasSize(calls);
        assertThat(PlanRunner.drift(machine.host, plan)).isEmpty();
    }

    /** k3s#12022: only what is gone is read again, not every archive at each look. */
    @Test
    void oneImageThatWasCollectedIsImportedAlone() throws InterruptedException {
        assertThat(runner.run(plan)).isInstanceOf(Converged.class);
        machine.images().remove(SampleNode.BUSYBOX);
        machine.archives().remove("images/pause.tar");

        assertThat(runner.run(plan)).isInstanceOf(Converged.class);

        assertThat(machine.images()).containsExactlyInAnyOrder(SampleNode.PAUSE, SampleNode.BUSYBOX);
    }

    /** What containerd starts every pod with is an image that the bundle brings, so that no registry is asked for it. */
    @Test
    void theSandboxIsOfTheBundle() throws InterruptedException {
        assertThat(runner.run(plan)).isInstanceOf(Converged.class);

        assertThat(machine.host.files().text("/etc/containerd/config.toml"))
                .contains("sandbox_image = \"" + SampleNode.PAUSE + "\"");
    }

    /** Of each time that images were imported. */
    private List<String> gaps() {
        return events.stream()
                .filter(event -> event instanceof StepStarted(var step, var title, var gap) && step.equals(IMAGES))
                .map(event -> ((StepStarted) event).gap())
                .toList();
    }

    private void hasNoKubelet() {
        assertThat(machine.host.units().state("kubelet.service")).isEmpty();
        assertThat(machine.host.units().calls()).noneMatch(call -> call.contains("kubelet"));
    }
}
