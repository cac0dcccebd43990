package io.keelson.fleet;

import io.keelson.problem.Problem;
import java.util.List;

/** The answer of {@link ClusterPlanner}: a plan, or everything that stands against it. */
public sealed interface ClusterPlanning permits ClusterPlan, ClusterPlanning.Refused {
    /**
     * The cluster cannot be as declared; nothing of it is to be done.
     *
     * @param problems all that were found, errors and warnings, at least one error
     */
    record Refused(List<Problem> problems) implements ClusterPlanning {
        public Refused {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a refusal without a problem");
            }
        }
    }
}
