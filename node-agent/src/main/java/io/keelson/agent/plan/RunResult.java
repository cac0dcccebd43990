package io.keelson.agent.plan;

import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;

/** How a run of a plan ended. */
public sealed interface RunResult {
    /** Every step of the plan was seen to hold. */
    record Converged(Revision revision) implements RunResult {}

    /** A step refused, failed or did not settle; the steps behind it were not touched. */
    record Halted(StepId step, Problem problem) implements RunResult {}

    /** Something newer is to be done: this run ended before that step, or while it settled. */
    record Superseded(StepId step) implements RunResult {}
}
