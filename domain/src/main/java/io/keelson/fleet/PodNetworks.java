package io.keelson.fleet;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Gives every node its part of the pod network. A node keeps its part as long as it lives. */
final class PodNetworks {
    private PodNetworks() {}

    /**
     * Parts for all hosts: those that have one keep it, each other gets the lowest free one, in the order given.
     *
     * @param pods has room for all, as {@link ClusterRules} made sure
     */
    static Map<HostId, Cidr> allocate(Cidr pods, List<HostId> hosts, Map<HostId, NodeSpec> assigned) {
        var taken = new HashSet<Cidr>();
        assigned.values().forEach(node -> taken.add(node.podCidr()));
        var parts = new HashMap<HostId, Cidr>();
        long next = 0;
        for (var host : hosts) {
            var kept = assigned.get(host);
            if (kept != null) {
                parts.put(host, kept.podCidr());
                continue;
            }
            while (taken.contains(pods.subnet(ClusterNetwork.NODE_PREFIX, next))) {
                next++;
            }
            parts.put(host, pods.subnet(ClusterNetwork.NODE_PREFIX, next++));
        }
        return parts;
    }
}
