package io.keelson.agent.plan;

import io.keelson.problem.Problem;
import java.time.Duration;
import java.util.List;

/** Typed progress of a run. */
public sealed interface RunEvent {
    /** The run begins. @param steps all of the plan, in order */
    record PlanStarted(List<StepId> steps) implements RunEvent {
        public PlanStarted {
            steps = List.copyOf(steps);
        }
    }

    /** The step held already. @param tried whether it was begun before for the same revision, and its end was never told */
    record StepSkipped(StepId step, String evidence, Spent spent, boolean tried) implements RunEvent {}

    /** The effect is about to happen; the journal has it. @param title what a person reads while it runs */
    record StepStarted(StepId step, String title, String gap) implements RunEvent {}

    /** The effect is under way; thinned out. */
    record StepProgress(StepId step, String detail, Spent spent) implements RunEvent {}

    /** The effect was seen to hold. */
    record StepDone(StepId step, String evidence, Spent spent) implements RunEvent {}

    /** The step does not hold and the run ends. */
    record StepHalted(StepId step, Problem problem, Spent spent) implements RunEvent {}

    /** Something that a person has to know, although the work goes on. @param step what it is about; need not be of a plan */
    record Warned(StepId step, Problem problem) implements RunEvent {}

    /** Every step holds. */
    record PlanConverged() implements RunEvent {}

    /** The run ended early. */
    record PlanHalted(StepId step, Problem problem) implements RunEvent {}

    /**
     * Where a step's time went.
     *
     * @param elapsed since the step began
     * @param transferred of that: moving bytes
     * @param waited of that: waiting for a process that the step started
     */
    record Spent(Duration elapsed, Duration transferred, Duration waited) {}
}
