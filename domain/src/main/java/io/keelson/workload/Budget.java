package io.keelson.workload;

import java.util.Optional;

/**
 * A PodDisruptionBudget, of {@code policy/v1} or {@code policy/v1beta1}.
 *
 * @param selector empty if it selects nothing: none at all, or an empty one in {@code v1beta1}
 * @param wish what its owner wrote, for people
 * @param expected how many pods it counts
 * @param healthy how many of them are ready
 * @param desired how many must be
 * @param allowed how many may be evicted now, as the API server counts down itself
 * @param current whether its controller has seen its newest version; else nothing is evicted
 * @param unhealthyAlways {@code unhealthyPodEvictionPolicy: AlwaysAllow}
 */
public record Budget(
        ObjectName name,
        Optional<Selector> selector,
        String wish,
        int expected,
        int healthy,
        int desired,
        int allowed,
        boolean current,
        boolean unhealthyAlways) {
    /** Whether the pod is one that it guards. */
    public boolean guards(Pod pod) {
        return pod.name().namespace().equals(name.namespace())
                && selector.filter(each -> each.matches(pod.labels())).isPresent();
    }

    /** Whether it will let nobody go however sound everything is. */
    public boolean isUnsatisfiable() {
        return current && desired >= expected;
    }

    /**
     * Whether a pod that is not ready goes free of it, because as many as must be are ready without it, or always
     * (KEP-3017).
     */
    public boolean letsUnreadyGo(int healthyNow) {
        return unhealthyAlways || desired > 0 && healthyNow >= desired;
    }

    /** How a person tells which one it is. */
    @Override
    public String toString() {
        return "budget " + name + " (" + wish + ")";
    }
}
