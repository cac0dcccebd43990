package io.keelson.drain;

import io.keelson.fleet.NodeName;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Pod;
import java.util.Optional;

/**
 * What will become of a pod when its node is emptied.
 *
 * @param node the one that is to be emptied
 * @param budget whose word it is, where it is a budget's
 * @param what one clause for a person
 */
public record PodForecast(Pod pod, NodeName node, Verdict verdict, Optional<ObjectName> budget, String what) {
    /** The same as what keeps its node from being empty; of one whose verdict stops a drain. */
    public Hindrance hindrance() {
        var kind = verdict == Verdict.FORBIDDEN ? Hindrance.Kind.FORBIDDEN : Hindrance.Kind.BUDGET;
        return new Hindrance(kind, Optional.of(pod.name()), pod.owner(), budget, pod + ": " + what);
    }

    /** What will become of it. */
    public enum Verdict {
        /** It belongs to the node and stays. */
        STAYS,
        /** It can be evicted at once. */
        NOW,
        /** It can be evicted when others of its budget are ready elsewhere. */
        AFTER_OTHERS,
        /** It can be evicted and will find no other node. */
        NO_ROOM,
        /** A budget keeps it, until something is done about it that no drain does. */
        BLOCKED,
        /** The policy forbids to evict it. */
        FORBIDDEN;

        /** Whether a drain that meets it does not come to its end. */
        public boolean stops() {
            return this == BLOCKED || this == FORBIDDEN;
        }
    }
}
