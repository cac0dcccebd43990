package io.keelson.agent.plan;

import io.keelson.problem.Problem;

/** The answer to a step's one question. */
public sealed interface Finding {
    /** It holds. @param evidence what was seen, for the journal */
    record Satisfied(String evidence) implements Finding {}

    /** It does not hold, and the step can make it hold. @param gap what is missing, in a person's words */
    record Needed(String gap) implements Finding {}

    /** It does not hold, and the step must not try. */
    record Refused(Problem problem) implements Finding {}
}
