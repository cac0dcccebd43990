package io.keelson.server.drain;

import io.keelson.drain.Hindrance;
import io.keelson.workload.Pod;
import java.time.Instant;
import java.util.List;

/** What happens while a node is emptied, as it happens. */
public sealed interface DrainEvent {
    /**
     * The node takes no new pods.
     *
     * @param since when the emptying began, which may be before an earlier server died
     * @param cordonedBefore whether a person had cordoned it, and it stays cordoned whatever comes
     */
    record Began(Instant since, boolean cordonedBefore) implements DrainEvent {}

    /** The pod was told to end. */
    record Evicted(Pod pod) implements DrainEvent {}

    /** The API server let the pod not go; it is asked again. */
    record Refused(Pod pod, String why) implements DrainEvent {}

    /** The pod was deleted without asking budgets, as the policy allows by now. */
    record Forced(Pod pod, boolean atOnce) implements DrainEvent {}

    /** What is waited for now; told when it changes. */
    record Waiting(List<Hindrance> reasons) implements DrainEvent {
        public Waiting {
            reasons = List.copyOf(reasons);
        }
    }

    /** The API gave no answer; it is asked again. */
    record Unanswered(String why) implements DrainEvent {}
}
