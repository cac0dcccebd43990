package io.keelson.server.rollout;

import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.rollout.Assignments.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which hosts are told to leave their cluster: workers that neither its declaration nor a node pool names any more. Pure. */
final class Departures {
    private Departures() {}

    /** Workers that are still told to be nodes of the cluster though it names them no more. */
    static List<HostId> of(FleetImage fleet, RegisteredCluster cluster) {
        var named = fleet.named(cluster);
        return fleet.assigned(cluster.name()).entrySet().stream()
                .filter(told -> told.getValue().role() == Role.WORKER && !named.contains(told.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Those that are told now.
     *
     * @param nodes what the cluster's hosts are to be as long as they are its nodes
     * @param mayLeave whether a host may be told now; until then it stays a node, and others reach its pods
     */
    static List<Assignment> decide(
            FleetImage fleet, RegisteredCluster cluster, Map<HostId, NodeSpec> nodes, Predicate<HostId> mayLeave) {
        var told = new ArrayList<Assignment>();
        for (var host : of(fleet, cluster)) {
            var node = nodes.get(host);
            if (node != null && mayLeave.test(host)) {
                told.add(Assignment.leaving(host, node, cluster));
            }
        }
        return List.copyOf(told);
    }
}
