package io.keelson.workload;

import io.keelson.fleet.NodeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Where pods would find a place, by the scheduler's main rules: requests, taints, node affinity, anti-affinity between pods,
 * topology spread. Not known here: ports of hosts, priorities, and what plugins add. Changes as pods come and go.
 */
public final class Room {
    private final List<WorkNode> nodes;
    private final Set<NodeName> closed;
    private final Map<NodeName, List<Pod>> pods = new HashMap<>();

    /**
     * The room of a cluster.
     *
     * @param closed nodes that take no new pods, besides those that are cordoned or not ready
     */
    public Room(WorkPicture picture, Set<NodeName> closed) {
        this.nodes = picture.nodes();
        this.closed = Set.copyOf(closed);
        nodes.forEach(node -> pods.put(node.name(), new ArrayList<>()));
        picture.pods().stream()
                .filter(pod -> !pod.phase().isOver())
                .forEach(pod -> pod.node().map(pods::get).ifPresent(there -> there.add(pod)));
    }

    /** A pod has gone. */
    public void remove(Pod pod) {
        pod.node().map(pods::get).ifPresent(there -> there.remove(pod));
    }

    /** Puts a pod like this one where the most is free; empty, and nothing done, if it fits nowhere. */
    public Optional<NodeName> place(Pod pod) {
        var found = nodes.stream()
                .filter(node -> node.ready() && !node.cordoned() && !closed.contains(node.name()))
                .filter(node -> pod.placement().fits(node))
                .filter(node -> free(node).covers(asked(pod)))
                .filter(node -> isApart(pod, node) && isSpread(pod, node))
                .max(Comparator.comparingLong(
                                (WorkNode node) -> free(node).amounts().getOrDefault("memory", 0L))
                        .thenComparing(WorkNode::name, Comparator.reverseOrder()))
                .map(WorkNode::name);
        found.map(pods::get).ifPresent(there -> there.add(pod));
        return found;
    }

    private static Resources asked(Pod pod) {
        return pod.requests().plus(new Resources(Map.of("pods", 1L)));
    }

    private Resources free(WorkNode node) {
        return here(node).stream().map(Room::asked).reduce(node.allocatable(), Resources::minus);
    }

    private List<Pod> here(WorkNode node) {
        return pods.getOrDefault(node.name(), List.of());
    }

    /** Both ways: what is there may keep others away as well. */
    private boolean isApart(Pod pod, WorkNode node) {
        var namespace = pod.name().namespace();
        return pod.placement().apart().stream()
                        .noneMatch(rule -> within(rule.topologyKey(), node, other -> rule.means(namespace, other)))
                && nodes.stream()
                        .flatMap(place -> here(place).stream()
                                .flatMap(other -> other.placement().apart().stream()
                                        .filter(rule -> rule.means(other.name().namespace(), pod))
                                        .map(rule -> shares(rule.topologyKey(), place, node))))
                        .noneMatch(Boolean::booleanValue);
    }

    private boolean within(String key, WorkNode node, Predicate<Pod> which) {
        return nodes.stream()
                .filter(place -> shares(key, place, node))
                .anyMatch(place -> here(place).stream().anyMatch(which));
    }

    private static boolean shares(String key, WorkNode one, WorkNode other) {
        var value = one.labels().get(key);
        return value != null && value.equals(other.labels().get(key));
    }

    private boolean isSpread(Pod pod, WorkNode node) {
        return pod.placement().spread().stream().allMatch(rule -> isSpread(rule, pod, node));
    }

    private boolean isSpread(Placement.Spread rule, Pod pod, WorkNode node) {
        var domain = node.labels().get(rule.topologyKey());
        if (domain == null) {
            return false;
        }
        var counts = nodes.stream()
                .filter(each -> each.labels().containsKey(rule.topologyKey())
                        && pod.placement().isMeant(each))
                .collect(Collectors.groupingBy(
                        each -> Optional.ofNullable(each.labels().get(rule.topologyKey()))
                                .orElseThrow(),
                        Collectors.summingInt(each -> count(rule, pod, each))));
        int fewest = counts.values().stream().min(Comparator.naturalOrder()).orElse(0);
        int own = rule.selector().matches(pod.labels()) ? 1 : 0;
        return counts.getOrDefault(domain, 0) + own - fewest <= rule.maxSkew();
    }

    private int count(Placement.Spread rule, Pod pod, WorkNode node) {
        return (int) here(node).stream()
                .filter(other -> !other.terminating()
                        && other.name().namespace().equals(pod.name().namespace())
                        && rule.selector().matches(other.labels()))
                .count();
    }
}
