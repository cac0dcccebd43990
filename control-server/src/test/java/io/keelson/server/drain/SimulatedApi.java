package io.keelson.server.drain;

import io.keelson.drain.LostLoad;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.kubernetes.ClusterApi;
import io.keelson.server.kubernetes.DrainMark;
import io.keelson.server.kubernetes.EvictionAnswer;
import io.keelson.server.kubernetes.ProbeAnswer;
import io.keelson.server.kubernetes.SeenNode;
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
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** One node of a cluster in memory, whose time goes on as it is waited for; pods end when their grace is over. */
public final class SimulatedApi implements ClusterApi, InstantSource {
    public static final NodeName NODE = new NodeName("w-1");

    /** Nodes besides the one that is looked at; nothing is ever changed about them. */
    final List<WorkNode> others = new CopyOnWriteArrayList<>();

    final Set<String> denied = new HashSet<>();
    public final List<Pod> pods = new CopyOnWriteArrayList<>();
    final List<Budget> budgets = new CopyOnWriteArrayList<>();
    final Map<Owner, Placement> daemons = new HashMap<>();
    final Map<Owner, Integer> wanted = new HashMap<>();
    public final List<String> calls = new CopyOnWriteArrayList<>();
    volatile Instant now = Instant.parse("2026-11-26T12:00:00Z");
    public volatile boolean cordoned;
    public volatile boolean ready = true;
    public volatile Optional<DrainMark> mark = Optional.empty();
    public volatile Optional<LostLoad> load = Optional.empty();
    /** How many calls get no answer from now on. */
    public volatile int silent;
    /** How many changes of the node somebody else gets in between. */
    int conflicts;
    /** Whether the node's object was deleted. */
    public volatile boolean gone;

    ProbeAnswer probe = new ProbeAnswer.Reached("it refused");
    private int version;

    @Override
    public Instant instant() {
        return now;
    }

    public void pod(String name, boolean bare) {
        pods.add(new Pod(
                new ObjectName("shop", name),
                "uid-" + name,
                Optional.of(NODE),
                bare ? Optional.empty() : Optional.of(new Owner("shop", "ReplicaSet", "web")),
                Pod.Phase.RUNNING,
                true,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Optional.empty(),
                Resources.of(100, 100),
                Map.of("app", "web"),
                false,
                false,
                Set.of(),
                Placement.ANYWHERE));
    }

    public void budget(int allowed) {
        budgets.clear();
        budgets.add(new Budget(
                new ObjectName("shop", "web"),
                Optional.of(Selector.label("app", "web")),
                "minAvailable 2",
                2 + allowed,
                2 + allowed,
                2,
                allowed,
                true,
                false));
    }

    /** Time goes by. */
    public void pass(Duration time) {
        now = now.plus(time);
        pods.removeIf(pod -> pod.deletion().filter(end -> !end.isAfter(now)).isPresent());
    }

    private void called(String what) {
        calls.add(what);
        if (silent > 0) {
            silent--;
            pass(Duration.ofSeconds(15));
            throw Problem.error(ProblemCode.CLUSTER_API_FAILED, "no answer", Remedy.advise("Wait."))
                    .asException();
        }
    }

    @Override
    public WorkPicture everything() {
        return around(NODE);
    }

    @Override
    public WorkPicture around(NodeName node) {
        called("look");
        return new WorkPicture(now, nodesOf(), pods, budgets, List.of(), wanted, daemons);
    }

    private List<WorkNode> nodesOf() {
        return Stream.concat(Stream.of(node()), others.stream()).toList();
    }

    private WorkNode node() {
        return new WorkNode(NODE, ready, cordoned, Resources.of(4000, 4000), Map.of(), List.of());
    }

    @Override
    public List<WorkNode> nodes() {
        called("nodes");
        return List.of(node());
    }

    @Override
    public SeenNode node(NodeName name) {
        called("node");
        for (var other : others) {
            if (other.name().equals(name)) {
                return new SeenNode(other, Optional.empty(), Optional.empty(), "1");
            }
        }
        if (!name.equals(NODE) || gone) {
            throw Problem.error(ProblemCode.NODE_UNKNOWN, "no node " + name, Remedy.advise("Look."))
                    .asException();
        }
        return new SeenNode(node(), mark, load, "" + version);
    }

    @Override
    public void change(SeenNode seen, boolean cordon, Optional<DrainMark> newMark) {
        called(cordon ? "cordon" : "uncordon");
        if (conflicts > 0) {
            conflicts--;
            version++;
        }
        if (!seen.version().equals("" + version)) {
            throw Problem.error(ProblemCode.RESOURCE_CONFLICT, "changed", Remedy.advise("Try again."))
                    .asException();
        }
        cordoned = cordon;
        mark = newMark;
        version++;
    }

    @Override
    public void note(SeenNode seen, Optional<LostLoad> newLoad) {
        called(newLoad.isPresent() ? "note load" : "forget load");
        load = newLoad;
        version++;
    }

    @Override
    public void deleteNode(SeenNode seen) {
        called("delete node");
        if (!seen.version().equals("" + version)) {
            throw Problem.error(ProblemCode.RESOURCE_CONFLICT, "changed", Remedy.advise("Try again."))
                    .asException();
        }
        gone = true;
    }

    @Override
    public EvictionAnswer evict(Pod pod, Duration grace) {
        called("evict " + pod.name().name());
        if (denied.contains(pod.name().name())) {
            return new EvictionAnswer.Refused("admission webhook denied the request");
        }
        var budget = budgets.stream().filter(each -> each.guards(pod)).findFirst();
        if (budget.filter(each -> each.allowed() <= 0).isPresent()) {
            return new EvictionAnswer.Refused("the budget web needs 2");
        }
        budget.ifPresent(each -> budget(each.allowed() - 1));
        delete(pod, grace);
        return new EvictionAnswer.Taken();
    }

    @Override
    public void delete(Pod pod, Duration grace) {
        pods.remove(pod);
        if (grace.isPositive()) {
            pods.add(new Pod(
                    pod.name(),
                    pod.uid(),
                    pod.node(),
                    pod.owner(),
                    pod.phase(),
                    pod.ready(),
                    pod.grace(),
                    pod.startup(),
                    Optional.of(now.plus(grace)),
                    pod.requests(),
                    pod.labels(),
                    false,
                    false,
                    Set.of(),
                    pod.placement()));
        }
    }

    @Override
    public ProbeAnswer probe(NodeName node, String image) {
        called("probe " + image);
        return probe;
    }

    @Override
    public void endProbe(NodeName node) {
        called("end of probe");
    }

    @Override
    public void close() {
        calls.add("close");
    }
}
