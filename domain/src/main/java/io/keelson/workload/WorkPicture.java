package io.keelson.workload;

import io.keelson.fleet.NodeName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster's work at one moment.
 *
 * @param at when it was seen
 * @param wanted how many ready pods controllers want that make new ones; whoever is not there wants none
 * @param daemons where DaemonSets want a pod
 */
public record WorkPicture(
        Instant at,
        List<WorkNode> nodes,
        List<Pod> pods,
        List<Budget> budgets,
        List<Attachment> attachments,
        Map<Owner, Integer> wanted,
        Map<Owner, Placement> daemons) {
    public WorkPicture {
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
        budgets = List.copyOf(budgets);
        attachments = List.copyOf(attachments);
        wanted = Map.copyOf(wanted);
        daemons = Map.copyOf(daemons);
    }

    /** The node of that name. */
    public Optional<WorkNode> node(NodeName name) {
        return nodes.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** The pods on a node, by name. */
    public List<Pod> on(NodeName node) {
        return pods.stream()
                .filter(each -> each.node().filter(node::equals).isPresent())
                .sorted(Comparator.comparing(Pod::name))
                .toList();
    }

    /** The budgets that guard a pod. The eviction API refuses a pod that has more than one. */
    public List<Budget> guarding(Pod pod) {
        return budgets.stream().filter(each -> each.guards(pod)).toList();
    }

    /** The DaemonSets that want a pod on a node and have no ready one there. */
    public List<Owner> daemonsMissing(NodeName name) {
        var there = on(name).stream()
                .filter(pod -> pod.ready() && !pod.terminating())
                .flatMap(pod -> pod.owner().stream())
                .toList();
        return node(name).stream()
                .flatMap(node -> daemons.entrySet().stream()
                        .filter(each -> each.getValue().fitsDaemon(node))
                        .map(Map.Entry::getKey))
                .filter(owner -> !there.contains(owner))
                .sorted(Comparator.comparing(Owner::toString))
                .toList();
    }

    /** How many pods of a controller are ready. */
    public int ready(Owner owner) {
        return (int) pods.stream()
                .filter(pod -> pod.ready() && !pod.terminating())
                .filter(pod -> pod.owner().filter(owner::equals).isPresent())
                .count();
    }
}
