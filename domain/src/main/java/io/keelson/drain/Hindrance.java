package io.keelson.drain;

import io.keelson.workload.Budget;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Owner;
import io.keelson.workload.Pod;
import java.util.Optional;

/**
 * What keeps a node from being empty.
 *
 * @param pod empty for a volume
 * @param workload who makes the pod anew
 * @param budget whose word it is
 * @param what one clause for a person, with the names
 */
public record Hindrance(
        Kind kind, Optional<ObjectName> pod, Optional<Owner> workload, Optional<ObjectName> budget, String what) {
    /** Of what kind it is. */
    public enum Kind {
        /** A budget lets the pod not go now. */
        BUDGET,
        /** More than one budget guards the pod, for which the eviction API refuses it always. */
        SEVERAL_BUDGETS,
        /** The policy forbids to evict the pod. */
        FORBIDDEN,
        /** The pod was told to end and has not yet. */
        ENDING,
        /** A volume is still attached. */
        VOLUME
    }

    /** The same with something that is known of it besides. */
    public Hindrance saying(String more) {
        return new Hindrance(kind, pod, workload, budget, what + "; " + more);
    }

    static Hindrance of(Kind kind, Pod pod, String what) {
        return new Hindrance(kind, Optional.of(pod.name()), pod.owner(), Optional.empty(), pod + ": " + what);
    }

    static Hindrance budget(Pod pod, Budget budget, String what) {
        return new Hindrance(
                Kind.BUDGET,
                Optional.of(pod.name()),
                pod.owner(),
                Optional.of(budget.name()),
                pod + " is kept by " + budget + ": " + what);
    }
}
