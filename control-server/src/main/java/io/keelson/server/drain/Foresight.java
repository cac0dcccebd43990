package io.keelson.server.drain;

import io.keelson.drain.DrainForecast;
import io.keelson.drain.DrainPolicy;
import io.keelson.drain.Hindrance;
import io.keelson.drain.PodForecast;
import io.keelson.drain.PodForecast.Verdict;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.server.kubernetes.ClusterApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Rehearses every emptying before it is begun, beside those that this server has begun already: nodes that would wait for each other
 * are emptied one after the other, and one that would come to nothing keeps its pods. May be called from any thread.
 */
final class Foresight {
    private final Map<ClusterName, Going> clusters = new HashMap<>();

    /** What is begun in one cluster; one node at a time is looked at, so that none is begun beside one that was not seen. */
    private static final class Going {
        private final ReentrantLock lock = new ReentrantLock();
        private final Set<NodeName> nodes = new HashSet<>();
    }

    /**
     * Whether the node may be begun with; it counts as begun then, until {@link #ended}.
     *
     * @return what would keep it from being empty; none if nothing would, or it is marked as one that is being emptied
     */
    List<Hindrance> begin(ClusterNode node, ClusterApi api, DrainPolicy policy) {
        var going = of(node.cluster());
        going.lock.lock();
        try {
            var stops =
                    api.node(node.name()).mark().isPresent() ? List.<Hindrance>of() : stops(node, going, api, policy);
            if (stops.isEmpty()) {
                going.nodes.add(node.name());
            }
            return stops;
        } finally {
            going.lock.unlock();
        }
    }

    private static List<Hindrance> stops(ClusterNode node, Going going, ClusterApi api, DrainPolicy policy) {
        var together = new ArrayList<>(going.nodes);
        together.remove(node.name());
        together.add(node.name());
        return DrainForecast.of(api.everything(), together, policy).pods().stream()
                .filter(pod -> pod.node().equals(node.name()) && stops(pod, policy))
                .map(PodForecast::hindrance)
                .toList();
    }

    /** A budget keeps nobody whom it may be overruled for in the end. */
    private static boolean stops(PodForecast pod, DrainPolicy policy) {
        return pod.verdict() == Verdict.FORBIDDEN
                || pod.verdict() == Verdict.BLOCKED && policy.forceAfter().isEmpty();
    }

    /** It is empty, or was given up. */
    void ended(ClusterNode node) {
        var going = of(node.cluster());
        going.lock.lock();
        try {
            going.nodes.remove(node.name());
        } finally {
            going.lock.unlock();
        }
    }

    private synchronized Going of(ClusterName cluster) {
        return clusters.computeIfAbsent(cluster, unused -> new Going());
    }
}
