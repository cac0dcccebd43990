package io.keelson.server.drain;

import io.keelson.drain.LostLoad;
import io.keelson.server.kubernetes.ClusterApi;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What nodes carried before this server emptied them, of the last few hundred. Of one that another server began to empty it is
 * what was left of it.
 */
final class LostLoads {
    private static final int MOST = 256;

    private final Map<ClusterNode, LostLoad> loads = new LinkedHashMap<>();

    /** Looks at the node, unless it is being emptied already and was looked at before. */
    void remember(ClusterNode node, ClusterApi api) {
        if (of(node).isPresent() && api.node(node.name()).mark().isPresent()) {
            return;
        }
        var load = LostLoad.of(api.everything(), node.name());
        synchronized (loads) {
            loads.remove(node);
            loads.put(node, load);
            if (loads.size() > MOST) {
                loads.remove(loads.keySet().iterator().next());
            }
        }
    }

    Optional<LostLoad> of(ClusterNode node) {
        synchronized (loads) {
            return Optional.ofNullable(loads.get(node));
        }
    }
}
