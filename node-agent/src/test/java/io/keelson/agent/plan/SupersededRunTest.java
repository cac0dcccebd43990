package io.keelson.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.RunResult.Superseded;
import io.keelson.fleet.Revision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run ends for something newer to do, or when its thread is interrupted, and leaves nothing half said. */
final class SupersededRunTest {
    private static final Revision SEVEN = new Revision(7);

    @TempDir
    Path directory;

    private final MemoryHost host = new MemoryHost();
    private final ManualPacer pacer = new ManualPacer();
    private final List<RunEvent> events = new ArrayList<>();
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

    @Test
    void turnsToSomethingNewerBetweenStepsAndWhileSettling() throws InterruptedException {
        var second = new AtomicInteger();
        var first = new ScriptedStep(
                new StepId("a"), () -> new Needed("starting"), (host, activity) -> {}, Duration.ofHours(1));
        var next = ScriptedStep.of("b", () -> new Needed("missing"), second::incrementAndGet);

        var result = runner.run(
                new Plan(SEVEN, List.of(first, next)), () -> pacer.pauses().size() > 3);

        assertThat(result).isEqualTo(new Superseded(first.id()));
        assertThat(pacer.pauses()).hasSize(4);
        assertThat(second).hasValue(0);
        assertThat(events).as("it had not its time").noneMatch(RunEvent.StepHalted.class::isInstance);
    }

    /** At an etcd that has lost its majority it would wait for seconds with each look. */
    @Test
    void givesALookUpForSomethingNewer() throws InterruptedException {
        var later = new AtomicInteger();
        var next = ScriptedStep.of("b", () -> new Needed("missing"), later::incrementAndGet);
        for (int answered : List.of(0, 1)) {
            var looks = new AtomicInteger();
            var gaveUp = new AtomicBoolean();
            var silent = new ScriptedStep(
                    new StepId("a"),
                    () -> {
                        if (looks.getAndIncrement() < answered) {
                            return new Needed("missing");
                        }
                        return silence(gaveUp);
                    },
                    (host, activity) -> {},
                    Duration.ofHours(1));

            var result = runner.run(new Plan(SEVEN, List.of(silent, next)), () -> looks.get() > answered);

            assertThat(result).isEqualTo(new Superseded(silent.id()));
            assertThat(gaveUp).as("nobody looks any more").isTrue();
        }
        assertThat(later).hasValue(0);
        assertThat(events).noneMatch(RunEvent.StepHalted.class::isInstance);
    }

    @Test
    void givesALookForDriftUpForSomethingNewer() throws InterruptedException {
        var looks = new AtomicInteger();
        var gaveUp = new AtomicBoolean();
        var silent = ScriptedStep.of(
                "a",
                () -> {
                    looks.incrementAndGet();
                    return silence(gaveUp);
                },
                () -> {});
        assertThat(runner.keep(new Plan(SEVEN, List.of(silent)), () -> looks.get() > 0))
                .isEqualTo(new Superseded(silent.id()));
        assertThat(gaveUp).isTrue();
        assertThat(events).isEmpty();
    }

    /** What a step says that waits for an answer until it is interrupted. */
    private static Finding silence(AtomicBoolean interrupted) {
        try {
            Pacer.system().pause(Duration.ofMinutes(5));
        } catch (InterruptedException e) {
            interrupted.set(true);
            Thread.currentThread().interrupt();
        }
        return new Needed("no answer");
    }

    @Test
    void endsALookWhenItsThreadIsInterrupted() {
        var gaveUp = new AtomicBoolean();
        var runs = Thread.currentThread();
        var silent = ScriptedStep.of(
                "a",
                () -> {
                    runs.interrupt();
                    return silence(gaveUp);
                },
                () -> {});
        assertThatThrownBy(() -> runner.run(new Plan(SEVEN, List.of(silent)))).isInstanceOf(InterruptedException.class);
        await().untilTrue(gaveUp);
    }
}
