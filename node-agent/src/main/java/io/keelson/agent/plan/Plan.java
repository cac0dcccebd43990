package io.keelson.agent.plan;

import io.keelson.fleet.Revision;
import java.util.HashSet;
import java.util.List;

/**
 * What has to hold on a host for one revision, in order.
 *
 * @param steps with distinct ids; each may rely on all before it
 */
public record Plan(Revision revision, List<Step> steps) {
    public Plan {
        steps = List.copyOf(steps);
        var ids = new HashSet<StepId>();
        for (var step : steps) {
            if (!ids.add(step.id())) {
                throw new IllegalArgumentException("step " + step.id() + " stands twice in a plan");
            }
        }
    }
}
