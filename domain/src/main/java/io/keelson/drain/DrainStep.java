package io.keelson.drain;

import io.keelson.workload.Pod;
import java.util.List;

/** What is done next about a node that is being emptied. */
public sealed interface DrainStep {
    /** Ask the eviction API for these; each of them may be refused still. */
    record Evict(List<Pod> pods) implements DrainStep {
        public Evict {
            pods = List.copyOf(pods);
        }
    }

    /**
     * Delete these without asking budgets; the policy's time for that has come.
     *
     * @param atOnce whether they are forgotten although they may still run: they had their time to end
     */
    record Force(List<Pod> pods, boolean atOnce) implements DrainStep {
        public Force {
            pods = List.copyOf(pods);
        }
    }

    /** Nothing can be done now; look again. */
    record Wait(List<Hindrance> reasons) implements DrainStep {
        public Wait {
            reasons = List.copyOf(reasons);
        }
    }

    /** Nothing is on the node but what stays with it. */
    record Done() implements DrainStep {}

    /**
     * The limit is over, or what is in the way does not go away by waiting.
     *
     * @param reasons never empty
     */
    record GiveUp(List<Hindrance> reasons) implements DrainStep {
        public GiveUp {
            reasons = List.copyOf(reasons);
        }
    }
}
