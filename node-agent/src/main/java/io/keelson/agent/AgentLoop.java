package io.keelson.agent;

import io.keelson.agent.daemon.Cadence;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.agent.plan.RunResult;
import io.keelson.agent.plan.RunResult.Converged;
import io.keelson.agent.plan.RunResult.Halted;
import io.keelson.agent.plan.RunResult.Superseded;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Surprise;
import io.keelson.agent.session.Assignment;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings the host to the last accepted order and keeps it there. With or without a server: after a start it works on
 * what is on the disk. One thread.
 */
final class AgentLoop {
    private static final System.Logger LOG = System.getLogger("keelson.agent");
    private static final StepId PLANNING = new StepId("plan");

    private final Supplier<Assignment> orders;
    private final Function<Assignment, Plan> plans;
    private final PlanRunner runner;
    private final RunListener listener;
    private final Cadence cadence;

    /**
     * @param plans what is to be done for an order that asks for anything
     * @param cadence woken when there is a new order, or anything else to look at
     */
    AgentLoop(
            Supplier<Assignment> orders,
            Function<Assignment, Plan> plans,
            PlanRunner runner,
            RunListener listener,
            Cadence cadence) {
        this.orders = orders;
        this.plans = plans;
        this.runner = runner;
        this.listener = listener;
        this.cadence = cadence;
    }

    /** Runs until interrupted. */
    void run() throws InterruptedException {
        boolean converged = false;
        while (true) {
            cadence.look();
            var assignment = orders.get();
            if (assignment.asksNothing()) {
                LOG.log(Level.INFO, "this host has no role yet");
                giveMemoryBack();
                boolean woken = cadence.waitForNews(Duration.ofDays(1));
                LOG.log(Level.DEBUG, woken ? "there is news" : "there is none");
                continue;
            }
            var result = attempt(assignment, converged);
            boolean looked = converged;
            converged = result instanceof Converged;
            switch (result) {
                case Converged _ -> {
                    if (!looked) {
                        giveMemoryBack();
                    }
                    converged = !cadence.untilDrift();
                }
                case Superseded(var step) -> LOG.log(Level.INFO, "turning to what is new, at step " + step);
                case Halted _ -> cadence.untilRetry();
            }
        }
    }

    /** @param converged whether it did the last time, so that looking for drift is enough */
    private RunResult attempt(Assignment assignment, boolean converged) throws InterruptedException {
        Plan plan;
        try {
            plan = plans.apply(assignment);
        } catch (ProblemException e) {
            passOnInterrupt(e);
            return refused(assignment, e.problem());
        } catch (UncheckedIOException e) {
            passOnInterrupt(e);
            return refused(assignment, Surprise.of("planning", e));
        }
        return converged ? runner.keep(plan, cadence::hasNews) : runner.run(plan, cadence::hasNews);
    }

    /** What only went wrong because the agent is told to end is nobody's problem. */
    private static void passOnInterrupt(RuntimeException e) throws InterruptedException {
        if (Thread.interrupted()) {
            var interrupted = new InterruptedException("interrupted while planning");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private RunResult refused(Assignment assignment, Problem problem) {
        listener.on(assignment.revision(), new RunEvent.PlanHalted(PLANNING, problem));
        return new Halted(PLANNING, problem);
    }

    /** A start or an installation leaves garbage behind that hours of idleness would not make the JVM collect. */
    private static void giveMemoryBack() {
        System.gc();
    }
}
