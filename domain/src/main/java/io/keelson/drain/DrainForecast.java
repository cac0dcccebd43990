package io.keelson.drain;

import io.keelson.drain.PodForecast.Verdict;
import io.keelson.fleet.NodeName;
import io.keelson.workload.ObjectName;
import io.keelson.workload.WorkPicture;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What will happen if nodes are emptied at the same time, by everything that is known before: every eviction is rehearsed
 * against budgets and room. It promises nothing: others change the cluster as well.
 *
 * @param pods of these nodes, in the order of nodes and names
 * @param estimate how long it takes if every pod takes all of its grace and starts as slowly as it did last time; of the
 *     pods that come to leave
 * @param deadlock what stands still only because the nodes are emptied together (hcloud#1507)
 */
public record DrainForecast(
        List<NodeName> nodes, List<PodForecast> pods, Duration estimate, Optional<Deadlock> deadlock) {
    public DrainForecast {
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
    }

    /**
     * Nodes that wait for each other: what is evicted of one has room on the other only, and the other way round.
     *
     * @param nodes those whose pods do not come to leave, or to rest; to be emptied one after the other
     */
    public record Deadlock(Set<NodeName> nodes, List<ObjectName> pods, Set<ObjectName> budgets) {
        public Deadlock {
            nodes = Set.copyOf(nodes);
            pods = List.copyOf(pods);
            budgets = Set.copyOf(budgets);
        }
    }

    /** Rehearses it. */
    public static DrainForecast of(WorkPicture picture, List<NodeName> nodes, DrainPolicy policy) {
        var together = new Rehearsal(picture, Set.copyOf(nodes), policy).run();
        Optional<Deadlock> deadlock = nodes.size() < 2 ? Optional.empty() : deadlock(picture, nodes, policy, together);
        return new DrainForecast(nodes, together.pods(), together.estimate(), deadlock);
    }

    /** Whether all nodes will be empty in the end. */
    public boolean succeeds() {
        return pods.stream().noneMatch(pod -> pod.verdict().stops());
    }

    private static Optional<Deadlock> deadlock(
            WorkPicture picture, List<NodeName> nodes, DrainPolicy policy, Rehearsal.Outcome together) {
        Map<ObjectName, PodForecast> alone = new HashMap<>();
        for (var node : nodes) {
            new Rehearsal(picture, Set.of(node), policy)
                    .run()
                    .pods()
                    .forEach(pod -> alone.put(pod.pod().name(), pod));
        }
        var blocked = together.pods().stream()
                .filter(pod -> pod.verdict() == Verdict.BLOCKED)
                .filter(pod -> Optional.ofNullable(alone.get(pod.pod().name()))
                        .filter(single -> single.verdict() != Verdict.BLOCKED)
                        .isPresent())
                .toList();
        if (blocked.isEmpty()) {
            return Optional.empty();
        }
        var budgets = blocked.stream().flatMap(pod -> pod.budget().stream()).collect(Collectors.toSet());
        // Those that left before and have no place are what the others wait for.
        var worse = together.pods().stream()
                .filter(pod -> blocked.contains(pod)
                        || pod.verdict() == Verdict.NO_ROOM
                                && pod.budget().filter(budgets::contains).isPresent())
                .toList();
        return Optional.of(new Deadlock(
                worse.stream().map(PodForecast::node).collect(Collectors.toCollection(TreeSet::new)),
                worse.stream().map(pod -> pod.pod().name()).toList(),
                budgets));
    }
}
