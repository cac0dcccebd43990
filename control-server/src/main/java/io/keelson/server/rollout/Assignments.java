package io.keelson.server.rollout;

import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterPlanning;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The loop's decision: pure, made on one picture of the fleet. */
final class Assignments {
    private Assignments() {}

    /**
     * A host is to be told something new.
     *
     * @param because the declaration from which it follows; it must still stand when the host is told
     */
    record Assignment(HostId host, NodeSpec node, RegisteredCluster because) {}

    /** What is to be written, cluster by cluster; nothing for a cluster that cannot be as declared. */
    static List<Assignment> decide(FleetImage fleet) {
        var assignments = new ArrayList<Assignment>();
        for (var cluster : fleet.clusters().values()) {
            if (!cluster.removing()) {
                decide(fleet, cluster, assignments);
            }
        }
        return assignments;
    }

    private static void decide(FleetImage fleet, RegisteredCluster cluster, List<Assignment> assignments) {
        switch (ClusterPlanner.plan(fleet.question(cluster.spec()))) {
            case ClusterPlanning.Refused refused -> {
                // The cluster's status shows why; its hosts stay what they are.
            }
            case ClusterPlan plan ->
                plan.nodes().forEach((host, node) -> {
                    var told = Optional.ofNullable(fleet.hosts().get(host)).flatMap(FleetHost::node);
                    if (!told.equals(Optional.of(node))) {
                        assignments.add(new Assignment(host, node, cluster));
                    }
                });
        }
    }
}
