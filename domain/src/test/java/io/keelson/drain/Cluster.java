package io.keelson.drain;

import io.keelson.fleet.NodeName;
import io.keelson.workload.Attachment;
import io.keelson.workload.Budget;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Owner;
import io.keelson.workload.Placement;
import io.keelson.workload.Pod;
import io.keelson.workload.Resources;
import io.keelson.workload.Selector;
import io.keelson.workload.WorkNode;
import io.keelson.workload.WorkPicture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster for tests: nodes a, b, c ... of 4 cores; workloads of pods of one core. */
final class Cluster {
    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    static final String NAMESPACE = "shop";

    final List<WorkNode> nodes = new ArrayList<>();
    final List<Pod> pods = new ArrayList<>();
    final List<Budget> budgets = new ArrayList<>();
    final List<Attachment> attachments = new ArrayList<>();
    final Map<Owner, Integer> wanted = new HashMap<>();

    final Map<Owner, Placement> daemons = new HashMap<>();

    Cluster node(String name) {
        nodes.add(new WorkNode(
                new NodeName(name),
                true,
                false,
                new Resources(Map.of("cpu", 4000L, "memory", 16L << 30, "pods", 110L)),
                Map.of("kubernetes.io/hostname", name),
                List.of()));
        return this;
    }

    /** A ready pod on each of the nodes. */
    Cluster workload(String name, String... on) {
        return workload(name, Placement.ANYWHERE, on);
    }

    Cluster workload(String name, Placement placement, String... on) {
        for (int i = 0; i < on.length; i++) {
            pods.add(pod(name, i, on[i], placement));
        }
        wanted.put(owner(name), on.length);
        return this;
    }

    static Pod pod(String workload, int number, String node, Placement placement) {
        return new Pod(
                new ObjectName(NAMESPACE, workload + "-" + number),
                workload + number,
                Optional.of(new NodeName(node)),
                Optional.of(owner(workload)),
                Pod.Phase.RUNNING,
                true,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Optional.empty(),
                Resources.of(1000, 1L << 30),
                Map.of("app", workload),
                false,
                false,
                Set.of(),
                placement);
    }

    static Owner owner(String workload) {
        return new Owner(NAMESPACE, "ReplicaSet", workload);
    }

    /** A budget over a workload whose pods are all ready. */
    Cluster budget(String workload, int desired) {
        return budget(workload, workload, desired);
    }

    Cluster budget(String name, String workload, int desired) {
        int there = (int) pods.stream()
                .filter(pod -> pod.labels().containsValue(workload))
                .count();
        budgets.add(budget(name, workload, there, there, desired));
        return this;
    }

    static Budget budget(String name, String workload, int expected, int healthy, int desired) {
        return new Budget(
                new ObjectName(NAMESPACE, name),
                Optional.of(Selector.label("app", workload)),
                "minAvailable " + desired,
                expected,
                healthy,
                desired,
                Math.max(0, healthy - desired),
                true,
                false);
    }

    WorkPicture picture() {
        return new WorkPicture(NOW, nodes, pods, budgets, attachments, wanted, daemons);
    }

    static ObjectName name(String name) {
        return new ObjectName(NAMESPACE, name);
    }
}
