package io.keelson.drain;

import io.keelson.workload.Pod;
import java.time.Duration;
import java.util.Optional;

/**
 * How careful the emptying of a node is, and how long it may take.
 *
 * @param limit when the node is given up that is not empty by then; more than nothing, at most a day
 * @param bare whether pods may be evicted that nobody makes anew
 * @param emptyDir whether pods may be evicted whose data on the node go with them
 * @param forceAfter when pods that a budget keeps are deleted without asking it, and pods that do not end at all are
 *     forgotten; never unless it is there; less than the limit
 * @param graceCap the longest that a pod may take to end; what the pod itself says where it is less
 */
public record DrainPolicy(
        Duration limit, boolean bare, boolean emptyDir, Optional<Duration> forceAfter, Optional<Duration> graceCap) {
    /** The longest limit. */
    public static final Duration LONGEST = Duration.ofDays(1);

    /** Ten minutes, and nothing that loses data or ignores a budget. */
    public static final DrainPolicy CAREFUL =
            new DrainPolicy(Duration.ofMinutes(10), false, false, Optional.empty(), Optional.empty());

    public DrainPolicy {
        if (!limit.isPositive() || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the limit of a drain is more than 0 and at most a day, not " + limit);
        }
        if (forceAfter
                .filter(after -> after.isNegative() || after.compareTo(limit) >= 0)
                .isPresent()) {
            throw new IllegalArgumentException("force comes before the limit of " + limit + " or never");
        }
        if (graceCap.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("a grace period is not negative");
        }
    }

    /** How long the pod gets to end. */
    public Duration grace(Pod pod) {
        return graceCap.filter(cap -> cap.compareTo(pod.grace()) < 0).orElse(pod.grace());
    }

    /** Why the pod must not be evicted, whatever budgets say; empty if it may. */
    Optional<String> forbids(Pod pod) {
        if (pod.phase().isOver()) {
            return Optional.empty();
        }
        if (pod.owner().isEmpty() && !bare) {
            return Optional.of("nobody makes it anew, and bare pods are not to be evicted");
        }
        if (pod.emptyDir() && !emptyDir) {
            return Optional.of("its data in an emptyDir would go with it");
        }
        return Optional.empty();
    }

    /** Whether budgets are asked no more. */
    boolean forces(Duration sinceStart) {
        return forceAfter.filter(after -> sinceStart.compareTo(after) >= 0).isPresent();
    }
}
