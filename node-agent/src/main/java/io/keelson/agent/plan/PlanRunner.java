package io.keelson.agent.plan;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.RunResult.Converged;
import io.keelson.agent.plan.RunResult.Halted;
import io.keelson.agent.plan.RunResult.Superseded;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Takes a host through a plan: observe, journal, apply, observe again. One thread at a time; the journal is durable
 * before each effect. The process may be killed at any point: the next run observes everything anew and skips what
 * holds.
 */
public final class PlanRunner {
    private static final System.Logger LOG = System.getLogger("keelson.plan");
    private static final Duration FIRST_POLL = Duration.ofMillis(50);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(2);

    private final Host host;
    private final Journal journal;
    private final RunListener listener;
    private final Pacer pacer;

    public PlanRunner(Host host, Journal journal, RunListener listener, Pacer pacer) {
        this.host = host;
        this.journal = journal;
        this.listener = listener;
        this.pacer = pacer;
    }

    /**
     * Runs every step in order until one halts.
     *
     * @throws InterruptedException if the thread was interrupted; what was begun is observed again by the next run
     * @throws java.io.UncheckedIOException if the journal could not be written; no effect follows such a failure
     */
    public RunResult run(Plan plan) throws InterruptedException {
        return run(plan, () -> false);
    }

    /**
     * The same, but ends once there is something newer to do: between two steps, while one is looked at before its effect, and while
     * an effect settles.
     *
     * @param superseded asked often, by the calling thread
     */
    public RunResult run(Plan plan, BooleanSupplier superseded) throws InterruptedException {
        journal.begin(plan.revision());
        listener.on(
                plan.revision(),
                new RunEvent.PlanStarted(plan.steps().stream().map(Step::id).toList()));
        for (var step : plan.steps()) {
            if (superseded.getAsBoolean()) {
                return new Superseded(step.id());
            }
            var end = new OneStep(plan, step, superseded).run();
            if (end.isPresent() && superseded.getAsBoolean()) {
                return new Superseded(step.id());
            }
            if (end.isPresent() && end.get() instanceof Halted(var halting, var problem)) {
                listener.on(plan.revision(), new RunEvent.PlanHalted(halting, problem));
            }
            if (end.isPresent()) {
                return end.get();
            }
        }
        journal.converged(plan.revision());
        listener.on(plan.revision(), new RunEvent.PlanConverged());
        return new Converged(plan.revision());
    }

    /**
     * The same for a host that has converged: as long as every step still holds, nothing is changed, neither on the host nor in the
     * journal.
     */
    public RunResult keep(Plan plan, BooleanSupplier superseded) throws InterruptedException {
        var look = new Look(superseded);
        for (var step : plan.steps()) {
            var finding = look.at(step, host);
            if (finding.isEmpty()) {
                return new Superseded(step.id());
            }
            if (!(finding.get() instanceof Satisfied)) {
                LOG.log(Level.WARNING, "step " + step.id() + " no longer holds; running the plan again");
                return run(plan, superseded);
            }
        }
        return new Converged(plan.revision());
    }

    /**
     * The first step of the plan that does not hold. Changes nothing.
     *
     * @throws InterruptedException if the thread was interrupted
     */
    public static Optional<StepId> drift(Host host, Plan plan) throws InterruptedException {
        for (var step : plan.steps()) {
            if (!(Observation.of(step, host) instanceof Satisfied)) {
                return Optional.of(step.id());
            }
        }
        return Optional.empty();
    }

    /** The run of a single step; ends with the problem that halts the plan, if there is one. */
    private final class OneStep {
        private final Plan plan;
        private final Step step;
        private final BooleanSupplier superseded;
        private final Look look;
        private final MeasuredActivity activity;
        private final MeasuredHost measured;

        OneStep(Plan plan, Step step, BooleanSupplier superseded) {
            this.plan = plan;
            this.step = step;
            this.superseded = superseded;
            this.look = new Look(superseded);
            this.activity = new MeasuredActivity(
                    pacer, (detail, spent) -> tell(new RunEvent.StepProgress(step.id(), detail, spent)));
            this.measured = new MeasuredHost(host, activity);
        }

        Optional<RunResult> run() throws InterruptedException {
            var seen = look.at(step, measured);
            if (seen.isEmpty()) {
                return superseded();
            }
            return switch (seen.get()) {
                case Satisfied(var evidence) -> {
                    boolean tried = journal.skipped(step.id(), evidence);
                    tell(new RunEvent.StepSkipped(step.id(), evidence, activity.spent(), tried));
                    yield Optional.empty();
                }
                case Refused(var problem) -> halt(problem);
                case Needed(var gap) -> {
                    journal.started(step.id(), gap);
                    tell(new RunEvent.StepStarted(step.id(), step.title(), gap));
                    var failed = apply();
                    yield failed.isPresent() ? halt(failed.get()) : verify();
                }
            };
        }

        /** What was begun is as if the agent had been killed here: the next plan looks at it anew. */
        private Optional<RunResult> superseded() {
            return Optional.of(new Superseded(step.id()));
        }

        private Optional<Problem> apply() throws InterruptedException {
            try {
                step.apply(measured, activity);
                return Optional.empty();
            } catch (ProblemException e) {
                Observation.passOnInterrupt(e);
                return Optional.of(e.problem());
            } catch (RuntimeException e) {
                Observation.passOnInterrupt(e);
                return Optional.of(Observation.surprise(step, e));
            }
        }

        private Optional<RunResult> verify() throws InterruptedException {
            var seen = step.settle().isZero()
                    ? Optional.of(Observation.of(step, measured))
                    : activity.settling(this::settled);
            if (seen.isEmpty()) {
                return superseded();
            }
            return switch (seen.get()) {
                case Satisfied(var evidence) -> {
                    journal.done(step.id(), evidence);
                    tell(new RunEvent.StepDone(step.id(), evidence, activity.spent()));
                    yield Optional.empty();
                }
                case Refused(var problem) -> halt(problem);
                case Needed(var still) -> halt(Observation.didNotSettle(step, still));
            };
        }

        /** @return empty if there is something newer to do */
        private Optional<Finding> settled() throws InterruptedException {
            long began = pacer.nanos();
            long limit = step.settle().toNanos();
            var poll = FIRST_POLL;
            // Not cut: what was done may be news itself, and is seen to be done.
            var seen = Optional.of(Observation.of(step, measured));
            while (true) {
                long left = limit - (pacer.nanos() - began);
                if (seen.isEmpty() || !(seen.get() instanceof Needed(var gap)) || left <= 0) {
                    return seen;
                }
                if (superseded.getAsBoolean()) {
                    return Optional.empty();
                }
                activity.progress(gap);
                pacer.pause(poll.toNanos() < left ? poll : Duration.ofNanos(left));
                poll = Pacer.longer(poll, LONGEST_POLL);
                seen = look.at(step, measured);
            }
        }

        private Optional<RunResult> halt(Problem problem) {
            journal.halted(step.id(), problem);
            tell(new RunEvent.StepHalted(step.id(), problem, activity.spent()));
            return Optional.of(new Halted(step.id(), problem));
        }

        private void tell(RunEvent event) {
            listener.on(plan.revision(), event);
        }
    }
}
