package io.keelson.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.RunResult.Converged;
import io.keelson.agent.plan.RunResult.Halted;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlanRunnerTest {
    private static final Revision SEVEN = new Revision(7);
    private static final Problem TAKEN =
            Problem.error(ProblemCode.HOST_PORT_TAKEN, "6443 is taken", Remedy.advise("Free it."));

    @TempDir
    Path directory;

    private final MemoryHost host = new MemoryHost();
    private final ManualPacer pacer = new ManualPacer();
    private final List<RunEvent> events = new ArrayList<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private Journal journal;
    private PlanRunner runner;

    @BeforeEach
    void open() {
        journal = Journal.open(directory.resolve("journal"), host.clock());
        runner = new PlanRunner(host, journal, (revision, event) -> events.add(event), pacer);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private Finding whetherDone() {
        return done.get() ? new Satisfied("there") : new Needed("missing");
    }

    @Test
    void appliesWhatIsNeededAndSeesThatItHolds() throws InterruptedException {
        var step = ScriptedStep.of("a", this::whetherDone, () -> done.set(true));

        assertThat(runner.run(new Plan(SEVEN, List.of(step)))).isEqualTo(new Converged(SEVEN));

        assertThat(events.stream().map(e -> e.getClass().getSimpleName()))
                .containsExactly("PlanStarted", "StepStarted", "StepDone", "PlanConverged");
        assertThat(journal.converged()).isEqualTo(SEVEN);
        assertThat(journal.ours()).containsExactly(step.id());
    }

    @Test
    void leavesAloneWhatHolds() throws InterruptedException {
        var applied = new AtomicInteger();
        var step = ScriptedStep.of("a", () -> new Satisfied("there"), applied::incrementAndGet);

        runner.run(new Plan(SEVEN, List.of(step)));

        assertThat(applied).hasValue(0);
        assertThat(journal.ours()).isEmpty();
    }

    @Test
    void tellsWhetherWhatHoldsWasTriedBefore() throws InterruptedException {
        var begun = ScriptedStep.of("a", this::whetherDone, () -> {
            done.set(true);
            throw TAKEN.asException();
        });
        var holds = ScriptedStep.of("b", () -> new Satisfied("there"), () -> {});
        var plan = new Plan(SEVEN, List.of(begun, holds));
        assertThat(runner.run(plan)).isInstanceOf(Halted.class);

        runner.run(plan);
        runner.run(plan);

        assertThat(events.stream()
                        .filter(RunEvent.StepSkipped.class::isInstance)
                        .map(RunEvent.StepSkipped.class::cast)
                        .map(skipped -> skipped.step() + " " + skipped.tried()))
                .containsExactly("a true", "b false", "a false", "b false");
    }

    @Test
    void writesNothingDownOfStepsThatHeldAllAlong() throws InterruptedException, IOException {
        var steps = IntStream.range(0, 40)
                .mapToObj(i -> ScriptedStep.of("s" + i, () -> new Satisfied("there"), () -> {}))
                .toList();
        runner.run(new Plan(SEVEN, List.copyOf(steps)));
        runner.run(new Plan(SEVEN, List.copyOf(steps)));

        assertThat(java.nio.file.Files.readString(directory.resolve("journal"))).doesNotContain("\"skipped\"");
    }

    @Test
    void hasTheJournalOnTheDiskBeforeTheEffect() throws InterruptedException {
        var seen = new ArrayList<Journal.View>();
        var step = ScriptedStep.of("a", this::whetherDone, () -> {
            seen.add(Journal.view(directory.resolve("journal")));
            assertThat(journal.tries(new StepId("a"))).isEqualTo(1);
            done.set(true);
        });

        runner.run(new Plan(SEVEN, List.of(step)));

        assertThat(seen)
                .singleElement()
                .satisfies(view -> assertThat(view.revision()).isEqualTo(SEVEN));
    }

    @Test
    void haltsAtARefusalAndTouchesNothingBehindIt() throws InterruptedException {
        var later = new AtomicInteger();
        var refused = ScriptedStep.of("a", () -> new Refused(TAKEN), () -> {});
        var next = ScriptedStep.of("b", () -> new Needed("missing"), later::incrementAndGet);

        var result = runner.run(new Plan(SEVEN, List.of(refused, next)));

        assertThat(result).isEqualTo(new Halted(refused.id(), TAKEN));
        assertThat(later).hasValue(0);
        assertThat(journal.converged()).isEqualTo(Revision.NONE);
    }

    @Test
    void haltsWithTheProblemThatTheEffectReports() throws InterruptedException {
        var step = ScriptedStep.of("a", this::whetherDone, () -> {
            throw TAKEN.asException();
        });

        assertThat(runner.run(new Plan(SEVEN, List.of(step)))).isEqualTo(new Halted(step.id(), TAKEN));
        assertThat(journal.ours()).as("it was begun, so it is ours to undo").containsExactly(step.id());
    }

    @Test
    void tellsAFullDiskFromOtherSurprises() throws InterruptedException {
        var full = ScriptedStep.of("a", this::whetherDone, () -> {
            throw new UncheckedIOException("cannot write", new IOException("No space left on device"));
        });
        var odd = ScriptedStep.of("a", this::whetherDone, () -> {
            throw new IllegalStateException("odd");
        });

        assertThat(codeOf(runner.run(new Plan(SEVEN, List.of(full))))).isEqualTo(ProblemCode.HOST_DISK_FULL);
        assertThat(codeOf(runner.run(new Plan(SEVEN, List.of(odd))))).isEqualTo(ProblemCode.HOST_STEP_FAILED);
        assertThat(journal.tries(new StepId("a"))).isEqualTo(2);
    }

    @Test
    void waitsForASlowEffectAndCountsTheWait() throws InterruptedException {
        var asked = new AtomicInteger();
        var step = new ScriptedStep(
                new StepId("a"),
                () -> asked.incrementAndGet() > 6 ? new Satisfied("ready") : new Needed("starting"),
                (host, activity) -> {},
                Duration.ofMinutes(1));

        assertThat(runner.run(new Plan(SEVEN, List.of(step)))).isInstanceOf(Converged.class);

        assertThat(pacer.pauses()).isSorted().hasSize(5);
        assertThat(events.stream().filter(RunEvent.StepDone.class::isInstance).map(RunEvent.StepDone.class::cast))
                .singleElement()
                .satisfies(event -> assertThat(event.spent().waited())
                        .isEqualTo(pacer.pauses().stream().reduce(Duration.ZERO, Duration::plus)));
    }

    @Test
    void haltsWhenTheEffectDoesNotShowWithinItsDeadline() throws InterruptedException {
        var step = new ScriptedStep(
                new StepId("a"), () -> new Needed("not listening"), (host, activity) -> {}, Duration.ofSeconds(30));

        var result = runner.run(new Plan(SEVEN, List.of(step)));

        assertThat(codeOf(result)).isEqualTo(ProblemCode.HOST_STEP_DID_NOT_SETTLE);
        assertThat(((Halted) result).problem().what()).contains("30 s", "not listening");
        assertThat(Duration.ofNanos(pacer.nanos())).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void keepsWhatHoldsAndMendsWhatDoesNot() throws InterruptedException {
        var step = ScriptedStep.of("a", this::whetherDone, () -> done.set(true));
        var plan = new Plan(SEVEN, List.of(step));
        assertThat(runner.keep(plan, () -> false)).isEqualTo(new Converged(SEVEN));
        assertThat(journal.ours()).containsExactly(step.id());
        events.clear();

        assertThat(runner.keep(plan, () -> false)).isEqualTo(new Converged(SEVEN));
        assertThat(events).isEmpty();
    }

    @Test
    void endsWithoutHaltingWhenItsThreadIsInterrupted() {
        var step = ScriptedStep.of("a", this::whetherDone, () -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a program ran");
        });

        assertThatThrownBy(() -> runner.run(new Plan(SEVEN, List.of(step)))).isInstanceOf(InterruptedException.class);
        assertThat(events).noneMatch(RunEvent.StepHalted.class::isInstance);
    }

    @Test
    void looksForDriftWithoutWritingAnything() throws InterruptedException {
        var step = ScriptedStep.of("a", this::whetherDone, () -> done.set(true));
        var plan = new Plan(SEVEN, List.of(step));

        assertThat(PlanRunner.drift(host, plan)).contains(step.id());
        done.set(true);
        assertThat(PlanRunner.drift(host, plan)).isEmpty();
        assertThat(journal.revision()).isEqualTo(Revision.NONE);
        assertThat(events).isEmpty();
    }

    @Test
    void thinsOutProgressToOneASecond() throws InterruptedException {
        var step = new ScriptedStep(
                new StepId("a"),
                this::whetherDone,
                (host, activity) -> {
                    for (int i = 0; i < 50; i++) {
                        activity.progress("step " + i);
                        pacer.advance(Duration.ofMillis(100));
                    }
                    done.set(true);
                },
                Duration.ZERO);

        runner.run(new Plan(SEVEN, List.of(step)));

        assertThat(events.stream().filter(RunEvent.StepProgress.class::isInstance))
                .hasSize(5);
    }

    @Test
    void countsProgramsAndJobsOfUnitsAsWaiting() throws InterruptedException {
        host.programs().answer(List.of("import"), argv -> {
            pacer.advance(Duration.ofSeconds(3));
            return new Programs.Result(0, "", "");
        });
        host.files().write(Path.of("/etc/systemd/system/a.service"), new byte[0], Files.Access.PUBLIC);
        host.units().onStart(() -> pacer.advance(Duration.ofSeconds(4)));
        var step = new ScriptedStep(
                new StepId("a"),
                this::whetherDone,
                (measured, activity) -> {
                    measured.programs().run(List.of("import"), Duration.ofMinutes(1));
                    measured.units().restart("a.service");
                    pacer.advance(Duration.ofSeconds(1));
                    done.set(true);
                },
                Duration.ZERO);

        runner.run(new Plan(SEVEN, List.of(step)));

        assertThat(spent().waited()).isEqualTo(Duration.ofSeconds(7));
        assertThat(spent().elapsed()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void countsAProgramThatMovesBytesOnce() throws InterruptedException {
        host.programs().answer(List.of("fetch"), argv -> {
            pacer.advance(Duration.ofSeconds(3));
            return new Programs.Result(0, "", "");
        });
        var step = new ScriptedStep(
                new StepId("a"),
                this::whetherDone,
                (measured, activity) -> done.set(activity.transferring(() -> measured.programs()
                        .run(List.of("fetch"), Duration.ofMinutes(1))
                        .ok())),
                Duration.ZERO);

        runner.run(new Plan(SEVEN, List.of(step)));

        assertThat(spent().transferred()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spent().waited()).isZero();
    }

    private RunEvent.Spent spent() {
        return events.stream()
                .filter(RunEvent.StepDone.class::isInstance)
                .map(RunEvent.StepDone.class::cast)
                .findFirst()
                .orElseThrow()
                .spent();
    }

    private static ProblemCode codeOf(RunResult result) {
        return ((Halted) result).problem().code();
    }
}
