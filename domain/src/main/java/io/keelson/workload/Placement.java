package io.keelson.workload;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a pod may run: what the scheduler requires, not what it prefers.
 *
 * @param nodes every one of them must allow the node: the pod's node selector, its required node affinity, and those of its
 *     volumes
 * @param apart required anti-affinity to other pods
 * @param spread topology spread constraints that must hold
 */
public record Placement(List<NodeTerms> nodes, List<Toleration> tolerations, List<Apart> apart, List<Spread> spread) {
    /** Anywhere. */
    public static final Placement ANYWHERE = new Placement(List.of(), List.of(), List.of(), List.of());

    public Placement {
        nodes = List.copyOf(nodes);
        tolerations = List.copyOf(tolerations);
        apart = List.copyOf(apart);
        spread = List.copyOf(spread);
    }

    /** Alternatives, of each of which everything must hold. */
    public record NodeTerms(List<List<Requirement>> alternatives) {
        public NodeTerms {
            alternatives = alternatives.stream().map(List::copyOf).toList();
        }

        boolean allow(Map<String, String> labels) {
            return alternatives.stream().anyMatch(all -> all.stream().allMatch(each -> each.holds(labels)));
        }
    }

    /**
     * What a node keeps pods away with.
     *
     * @param effect as Kubernetes writes it
     */
    public record Taint(String key, String value, String effect) {
        boolean keepsAway() {
            return effect.equals("NoSchedule") || effect.equals("NoExecute");
        }
    }

    /**
     * A taint that a pod bears.
     *
     * @param key empty for every one
     * @param exists whether the value is of no matter
     * @param effect empty for every one
     */
    public record Toleration(String key, boolean exists, String value, String effect) {
        boolean bears(Taint taint) {
            return (key.isEmpty() ? exists : key.equals(taint.key()))
                    && (exists || value.equals(taint.value()))
                    && (effect.isEmpty() || effect.equals(taint.effect()));
        }
    }

    /**
     * Pods that must not share a topology domain with this one.
     *
     * @param topologyKey label of nodes
     * @param namespaces empty for the pod's own
     */
    public record Apart(Selector selector, String topologyKey, Set<String> namespaces) {
        public Apart {
            namespaces = Set.copyOf(namespaces);
        }

        boolean means(String own, Pod other) {
            var namespace = other.name().namespace();
            return (namespaces.isEmpty() ? namespace.equals(own) : namespaces.contains(namespace))
                    && selector.matches(other.labels());
        }
    }

    /**
     * How evenly pods must be spread over the domains ({@code whenUnsatisfiable: DoNotSchedule}). Nodes that are cordoned
     * count as domains too, which is Kubernetes' default ({@code nodeTaintsPolicy: Ignore}).
     *
     * @param maxSkew how many more than the domain with the fewest; at least 1
     */
    public record Spread(String topologyKey, int maxSkew, Selector selector) {}

    /** Whether the node itself lets such a pod be scheduled, leaving aside room and other pods. */
    boolean fits(WorkNode node) {
        return isMeant(node)
                && node.taints().stream()
                        .filter(Taint::keepsAway)
                        .allMatch(taint -> tolerations.stream().anyMatch(each -> each.bears(taint)));
    }

    /** The same for a DaemonSet's pod, which bears what the node's own state puts on it. */
    boolean fitsDaemon(WorkNode node) {
        return isMeant(node)
                && node.taints().stream()
                        .filter(taint -> taint.keepsAway() && !taint.key().startsWith("node.kubernetes.io/"))
                        .allMatch(taint -> tolerations.stream().anyMatch(each -> each.bears(taint)));
    }

    /** Whether the pod's own choice of nodes includes this one. */
    boolean isMeant(WorkNode node) {
        return nodes.stream().allMatch(each -> each.allow(node.labels()));
    }
}
