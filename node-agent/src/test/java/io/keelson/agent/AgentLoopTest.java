package io.keelson.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.daemon.Cadence;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.Planner;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.agent.session.Assignment;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes the agent act: orders, problems that went away, and nothing else. */
@SuppressWarnings("NullAway.Init")
class AgentLoopTest {
    @TempDir
    Path directory;

    private final List<RunEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger plans = new AtomicInteger();
    private volatile Assignment order = Assignment.NONE;
    private volatile boolean refusing;
    private volatile boolean failing;
    private volatile boolean waiting;
    private volatile boolean there;
    private Journal journal;
    private final Cadence cadence = new Cadence();
    private AgentLoop loop;
    private Thread thread;

    @BeforeEach
    void start() {
        var host = new MemoryHost();
        journal = Journal.open(directory.resolve("journal"), host.clock());
        var runner = new PlanRunner(host, journal, (revision, event) -> events.add(event), Pacer.system());
        Planner planner = (spec, revision) -> {
            plans.incrementAndGet();
            if (refusing) {
                throw Problem.error(ProblemCode.SERVER_UNREACHABLE, "gone", Remedy.advise("Wait."))
                        .asException();
            }
            if (waiting) {
                waitUntilInterrupted();
                throw new UncheckedIOException(new IOException("closed by interrupt"));
            }
            if (failing) {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
            return new Plan(revision, List.of(new Appears()));
        };
        var orders = new OrderPlanner(
                planner,
                revision -> new Plan(revision, List.of(new Disappears())),
                os -> List.of(),
                os -> Optional.empty());
        loop = new AgentLoop(() -> order, orders::plan, runner, (revision, event) -> events.add(event), cadence);
        thread = Thread.ofPlatform().start(() -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        assertThat(thread.join(Duration.ofSeconds(10)))
                .as("the loop ends when it is interrupted")
                .isTrue();
        journal.close();
    }

    private static void waitUntilInterrupted() {
        try {
            Pacer.system().pause(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void give(long revision, NodeSpec spec) {
        order = Assignment.node(new Epoch(1), new Revision(revision), spec);
        cadence.wake();
    }

    private boolean converged(long revision) {
        return journal.converged().equals(new Revision(revision));
    }

    @Test
    void doesNothingWithoutARole() {
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(plans).hasValue(0);
        assertThat(events).isEmpty();
    }

    @Test
    void carriesOutAnOrderAsSoonAsItComes() {
        give(7, SampleNode.worker());
        await().atMost(Duration.ofSeconds(20)).until(() -> converged(7));
        assertThat(there).isTrue();
    }

    @Test
    void aHostThatIsToBeBareIsMadeBareAndLookedAfter() {
        give(7, SampleNode.worker());
        await().atMost(Duration.ofSeconds(20)).until(() -> converged(7));
        order = new Assignment(new Epoch(1), new Revision(8), new Assignment.Goal.Bare());
        cadence.wake();
        await().atMost(Duration.ofSeconds(20)).until(() -> converged(8));
        assertThat(there).isFalse();
        assertThat(plans).as("nobody plans a node").hasValue(1);
    }

    @Test
    void saysWhyItCannotPlanAndTriesAgainByItself() {
        refusing = true;
        give(7, SampleNode.worker());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> events.stream().anyMatch(event -> event instanceof RunEvent.PlanHalted));
        refusing = false;
        await().atMost(Duration.ofSeconds(30)).until(() -> converged(7));
        assertThat(plans.get()).isGreaterThan(1);
    }

    @Test
    void aDiskThatFailsWhilePlanningIsAProblemAndNotTheEnd() {
        failing = true;
        give(7, SampleNode.worker());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> events.stream()
                        .anyMatch(event -> event instanceof RunEvent.PlanHalted halted
                                && halted.problem().code() == ProblemCode.HOST_DISK_FULL));
        failing = false;
        await().atMost(Duration.ofSeconds(30)).until(() -> converged(7));
    }

    @Test
    void whatGoesWrongBecauseTheAgentIsToldToEndIsNoProblem() throws InterruptedException {
        waiting = true;
        give(7, SampleNode.worker());
        await().atMost(Duration.ofSeconds(20)).until(() -> plans.get() == 1);
        thread.interrupt();
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        assertThat(events).isEmpty();
    }

    @Test
    void aNewerOrderDoesNotWaitForThePauseAfterAProblem() {
        refusing = true;
        give(7, SampleNode.worker());
        await().atMost(Duration.ofSeconds(20)).until(() -> !events.isEmpty());
        refusing = false;
        give(8, SampleNode.worker());
        await().atMost(Duration.ofSeconds(20)).until(() -> converged(8));
    }

    private final class Disappears implements Step {
        @Override
        public StepId id() {
            return new StepId("test.disappears");
        }

        @Override
        public String title() {
            return "make it disappear";
        }

        @Override
        public Finding observe(Host host) {
            return there ? new Needed("there") : new Satisfied("gone");
        }

        @Override
        public void apply(Host host, Activity activity) {
            there = false;
        }

        @Override
        public Undo undo() {
            return new Undo.Nothing();
        }
    }

    private final class Appears implements Step {
        @Override
        public StepId id() {
            return new StepId("test.appears");
        }

        @Override
        public String title() {
            return "make it appear";
        }

        @Override
        public Finding observe(Host host) {
            return there ? new Satisfied("there") : new Needed("missing");
        }

        @Override
        public void apply(Host host, Activity activity) {
            there = true;
        }

        @Override
        public Undo undo() {
            return new Undo.Nothing();
        }
    }
}
