package io.keelson.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
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
        for (int answered : List.of(0, 2)) {
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
        pause(Duration.ofMinutes(5));
        interrupted.set(Thread.currentThread().isInterrupted());
        return new Needed("no answer");
    }

    /** What a step has done may be what the news is about. */
    @Test
    void seesWhatWasDoneThoughThereIsNews() throws InterruptedException {
        for (var settle : List.of(Duration.ZERO, Duration.ofHours(1))) {
            var news = new AtomicBoolean();
            var step = new ScriptedStep(
                    new StepId("a"),
                    () -> {
                        pause(news.get() ? Duration.ofMillis(200) : Duration.ZERO);
                        return news.get() ? new Satisfied("there") : new Needed("missing");
                    },
                    (host, activity) -> news.set(true),
                    settle);

            events.clear();
            runner.run(new Plan(SEVEN, List.of(step)), news::get);

            assertThat(events).hasAtLeastOneElementOfType(RunEvent.StepDone.class);
        }
    }

    private static void pause(Duration time) {
        try {
            Pacer.system().pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void beginsNoLookOnceItsThreadIsInterrupted() {
        var looks = new AtomicInteger();
        var step = ScriptedStep.of(
                "a",
                () -> {
                    looks.incrementAndGet();
                    return new Needed("missing");
                },
                () -> {});
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> runner.run(new Plan(SEVEN, List.of(step)))).isInstanceOf(InterruptedException.class);
        assertThat(looks).hasValue(0);
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
