package io.keelson.server.rollout;

import io.keelson.etcd.EtcdPolicy;
import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterPlanning;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import java.time.Instant;
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
     * @param remakesMember whether it is the permit to make its etcd member anew
     */
    record Assignment(HostId host, NodeSpec node, RegisteredCluster because, boolean remakesMember) {}

    /** What is to be written, cluster by cluster; nothing for a cluster that cannot be as declared. */
    static List<Assignment> decide(FleetImage fleet, Instant now) {
        return fleet.clusters().values().stream()
                .filter(cluster -> !cluster.removing())
                .flatMap(cluster -> decide(fleet, cluster, now).stream())
                .toList();
    }

    private static List<Assignment> decide(FleetImage fleet, RegisteredCluster cluster, Instant now) {
        return switch (ClusterPlanner.plan(fleet.question(cluster.spec()))) {
            // The cluster's status shows why; its hosts stay what they are.
            case ClusterPlanning.Refused refused -> List.of();
            case ClusterPlan plan -> {
                var changes = changes(fleet, cluster, plan);
                // As long as a member may not know what it is to be, nobody can say how many there are.
                yield changes.isEmpty() ? rebuild(fleet, cluster, plan, now) : changes;
            }
        };
    }

    private static List<Assignment> changes(FleetImage fleet, RegisteredCluster cluster, ClusterPlan plan) {
        var changes = new ArrayList<Assignment>();
        plan.nodes().forEach((host, node) -> {
            var told = Optional.ofNullable(fleet.hosts().get(host)).flatMap(FleetHost::node);
            if (!told.equals(Optional.of(node))) {
                changes.add(new Assignment(host, node, cluster, false));
            }
        });
        return changes;
    }

    private static List<Assignment> rebuild(
            FleetImage fleet, RegisteredCluster cluster, ClusterPlan plan, Instant now) {
        var seats = fleet.hosts().values().stream()
                .filter(host -> plan.nodes().containsKey(host.id()))
                .flatMap(host -> host.member(now).stream())
                .toList();
        var remade = EtcdPolicy.rebuild(seats);
        return plan.nodes().entrySet().stream()
                .filter(each -> remade.equals(Optional.of(each.getKey())))
                .map(each -> {
                    var node = each.getValue();
                    var next = node.withMember(node.etcd().incarnation() + 1);
                    return new Assignment(each.getKey(), next, cluster, true);
                })
                .toList();
    }
}
