package io.keelson.drain;

import io.keelson.fleet.NodeName;
import io.keelson.workload.Budget;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Placement;
import io.keelson.workload.Pod;
import io.keelson.workload.Room;
import io.keelson.workload.WorkNode;
import io.keelson.workload.WorkPicture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A cluster that goes on by ticks of a second: controllers make pods anew, the scheduler places them, kubelets start and end
 * them, the budgets' controller counts late, and the eviction API refuses by its own count.
 */
final class DrainSimulation {
    private static final List<String> NODES = List.of("a", "b", "c", "d", "e");

    final Random random;
    final Cluster cluster = new Cluster();
    final NodeName node = new NodeName("a");
    private final boolean faults;
    private final Map<ObjectName, Integer> starts = new HashMap<>();
    private final Map<ObjectName, Instant> ends = new HashMap<>();
    private int made = 1000;
    Instant now = Cluster.NOW;

    DrainSimulation(long seed, boolean faults) {
        this.random = new Random(seed);
        this.faults = faults;
        int count = 2 + random.nextInt(4);
        NODES.subList(0, count).forEach(cluster::node);
        cluster.nodes.set(0, cordoned(cluster.nodes.getFirst()));
        int workloads = 1 + random.nextInt(4);
        for (int w = 0; w < workloads; w++) {
            var on = new ArrayList<String>();
            int replicas = 1 + random.nextInt(4);
            for (int i = 0; i < replicas; i++) {
                on.add(NODES.get(random.nextInt(count)));
            }
            cluster.workload("w" + w, on.toArray(String[]::new));
            if (random.nextInt(4) > 0) {
                cluster.budget("w" + w, random.nextInt(replicas + (faults ? 2 : 1)));
            }
        }
        count();
    }

    private static WorkNode cordoned(WorkNode node) {
        return new WorkNode(node.name(), true, true, node.allocatable(), node.labels(), node.taints());
    }

    WorkPicture picture() {
        return new WorkPicture(
                now, cluster.nodes, cluster.pods, cluster.budgets, cluster.attachments, cluster.wanted, Map.of());
    }

    /** The API: takes the pod, or refuses as the real one does. Returns whether it took it. */
    boolean evict(Pod pod) {
        for (int i = 0; i < cluster.budgets.size(); i++) {
            var budget = cluster.budgets.get(i);
            if (!budget.guards(pod)
                    || pod.countsForNobody()
                    || !pod.ready() && budget.letsUnreadyGo(budget.healthy())) {
                continue;
            }
            if (budget.allowed() <= 0) {
                return false;
            }
            cluster.budgets.set(i, counted(budget, budget.healthy(), budget.allowed() - 1));
        }
        end(pod);
        return true;
    }

    void end(Pod pod) {
        cluster.pods.remove(pod);
        cluster.pods.add(DrainingTest.ending(pod, now.plus(pod.grace())));
        boolean stuck = faults && random.nextInt(10) == 0;
        ends.put(
                pod.name(),
                stuck
                        ? Instant.MAX
                        : now.plusSeconds(random.nextInt(1 + (int) pod.grace().toSeconds())));
    }

    void forget(Pod pod) {
        cluster.pods.remove(pod);
    }

    /** A second goes by. */
    void tick() {
        now = now.plusSeconds(1);
        cluster.pods.removeIf(pod ->
                pod.terminating() && !ends.getOrDefault(pod.name(), Instant.MAX).isAfter(now));
        controllers();
        for (int i = 0; i < cluster.pods.size(); i++) {
            var pod = cluster.pods.get(i);
            if (pod.ready() || pod.terminating()) {
                continue;
            }
            if (pod.node().isEmpty()) {
                cluster.pods.remove(i);
                var there = new Room(picture(), Set.of()).place(pod);
                cluster.pods.add(i, with(pod, there, false));
            } else if (starts.merge(pod.name(), -1, Integer::sum) <= 0) {
                cluster.pods.set(i, with(pod, pod.node(), true));
            }
        }
        if (!faults || random.nextInt(3) > 0) {
            count();
        }
    }

    private void controllers() {
        cluster.wanted.forEach((owner, wanted) -> {
            long there = cluster.pods.stream()
                    .filter(pod -> !pod.terminating()
                            && pod.owner().filter(owner::equals).isPresent())
                    .count();
            for (long i = there; i < wanted; i++) {
                var fresh = Cluster.pod(owner.name(), made++, "a", Placement.ANYWHERE);
                starts.put(fresh.name(), random.nextInt(10));
                cluster.pods.add(with(fresh, Optional.empty(), false));
            }
        });
    }

    /** The budgets' controller. */
    private void count() {
        cluster.budgets.replaceAll(budget -> {
            int healthy = healthy(budget);
            return counted(budget, healthy, Math.max(0, healthy - budget.desired()));
        });
    }

    int healthy(Budget budget) {
        return (int) cluster.pods.stream()
                .filter(pod -> budget.guards(pod) && pod.ready() && !pod.terminating())
                .count();
    }

    private static Budget counted(Budget of, int healthy, int allowed) {
        return new Budget(
                of.name(),
                of.selector(),
                of.wish(),
                of.expected(),
                healthy,
                of.desired(),
                allowed,
                of.current(),
                of.unhealthyAlways());
    }

    private static Pod with(Pod pod, Optional<NodeName> node, boolean ready) {
        return new Pod(
                pod.name(),
                pod.uid(),
                node,
                pod.owner(),
                node.isPresent() ? Pod.Phase.RUNNING : Pod.Phase.PENDING,
                ready,
                Duration.ofSeconds(30),
                pod.startup(),
                Optional.empty(),
                pod.requests(),
                pod.labels(),
                false,
                false,
                Set.of(),
                pod.placement());
    }
}
