package io.keelson.drain;

import io.keelson.fleet.NodeName;
import io.keelson.workload.Attachment;
import io.keelson.workload.Budget;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Pod;
import io.keelson.workload.WorkPicture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The emptying of one node, as a function of what is seen: nothing is remembered, so whoever is killed meanwhile goes on
 * where it was. Ends within the policy's limit, evicts whatever may be evicted, and none below a budget.
 */
public final class Draining {
    /** How long after its time a pod that does not end is counted as one that never will. */
    static final Duration OVERDUE = Duration.ofSeconds(30);

    private final NodeName node;

    public Draining(NodeName node) {
        this.node = node;
    }

    /**
     * What is next.
     *
     * @param sinceStart since the node was cordoned for it
     * @param refused pods whose eviction the API has refused whatever their budgets say, as for a webhook that denies it
     */
    public DrainStep next(WorkPicture picture, DrainPolicy policy, Duration sinceStart, Set<ObjectName> refused) {
        var leaving = leaving(picture, node);
        var hindrances = new ArrayList<Hindrance>();
        var evict = new ArrayList<Pod>();
        var kept = new ArrayList<Pod>();
        var overdue = new ArrayList<Pod>();
        var spent = new HashMap<ObjectName, Integer>();
        boolean forbidden = false;
        for (var pod : leaving) {
            var forbids = policy.forbids(pod);
            if (pod.terminating()) {
                hindrances.add(Hindrance.of(Hindrance.Kind.ENDING, pod, ending(pod, picture)));
                if (isOverdue(pod, picture)) {
                    overdue.add(pod);
                }
            } else if (forbids.isPresent()) {
                forbidden = true;
                hindrances.add(Hindrance.of(Hindrance.Kind.FORBIDDEN, pod, forbids.get()));
            } else {
                var keeping = keeping(picture, pod, spent);
                if (keeping.isEmpty()) {
                    evict.add(pod);
                } else {
                    kept.add(pod);
                    hindrances.addAll(keeping);
                }
            }
        }
        volumes(picture).forEach(hindrances::add);
        if (leaving.isEmpty() && hindrances.isEmpty()) {
            return new DrainStep.Done();
        }
        if (sinceStart.compareTo(policy.limit()) >= 0) {
            hindrances.addAll(late(evict));
            return new DrainStep.GiveUp(hindrances);
        }
        if (forbidden) {
            return new DrainStep.GiveUp(hindrances);
        }
        if (policy.forces(sinceStart)) {
            var denied =
                    evict.stream().filter(pod -> refused.contains(pod.name())).toList();
            evict.removeAll(denied);
            kept.addAll(denied);
        }
        if (!evict.isEmpty()) {
            return new DrainStep.Evict(evict);
        }
        if (policy.forces(sinceStart) && !kept.isEmpty()) {
            return new DrainStep.Force(kept, false);
        }
        if (policy.forces(sinceStart) && !overdue.isEmpty()) {
            return new DrainStep.Force(overdue, true);
        }
        return new DrainStep.Wait(hindrances);
    }

    /** The pods that are to leave a node. */
    static List<Pod> leaving(WorkPicture picture, NodeName node) {
        return picture.on(node).stream()
                .filter(pod -> !pod.staysWithNode() && !pod.hasLeft())
                .toList();
    }

    private static List<Hindrance> late(List<Pod> pods) {
        return pods.stream()
                .map(pod -> Hindrance.of(Hindrance.Kind.ENDING, pod, "the time was over before it was evicted"))
                .toList();
    }

    private static String ending(Pod pod, WorkPicture picture) {
        return isOverdue(pod, picture)
                ? "was to have ended by " + pod.deletion().orElseThrow()
                        + "; its kubelet does not stop it, or a finalizer keeps it"
                : "ends by " + pod.deletion().orElseThrow();
    }

    private static boolean isOverdue(Pod pod, WorkPicture picture) {
        return pod.deletion()
                .filter(end -> end.plus(OVERDUE).isBefore(picture.at()))
                .isPresent();
    }

    /** Why no budget lets the pod go now; empty, and its share taken down, if one does or none guards it. */
    private static List<Hindrance> keeping(WorkPicture picture, Pod pod, Map<ObjectName, Integer> spent) {
        var budgets = picture.guarding(pod);
        if (budgets.isEmpty() || pod.countsForNobody()) {
            return List.of();
        }
        if (budgets.size() > 1) {
            return List.of(several(pod, budgets));
        }
        var budget = budgets.getFirst();
        int taken = spent.getOrDefault(budget.name(), 0);
        if (!pod.ready() && budget.letsUnreadyGo(budget.healthy() - taken)) {
            return List.of();
        }
        if (budget.current() && budget.allowed() > taken) {
            spent.merge(budget.name(), 1, Integer::sum);
            return List.of();
        }
        return List.of(Hindrance.budget(pod, budget, why(budget)));
    }

    static Hindrance several(Pod pod, List<Budget> budgets) {
        return Hindrance.of(
                Hindrance.Kind.SEVERAL_BUDGETS,
                pod,
                "it has more than one budget, and the eviction API lets no such pod go: "
                        + budgets.stream()
                                .map(each -> each.name().toString())
                                .sorted()
                                .collect(Collectors.joining(", ")));
    }

    static String why(Budget budget) {
        if (!budget.current()) {
            return "its controller has not looked at it since it was changed";
        }
        return budget.isUnsatisfiable()
                ? "it wants " + budget.desired() + " of its " + budget.expected()
                        + " pods ready, which lets none go, ever"
                : "it wants " + budget.desired() + " pods ready, and " + budget.healthy() + " are";
    }

    /** Volumes of pods that stay with the node stay as well. */
    private List<Hindrance> volumes(WorkPicture picture) {
        var staying = picture.on(node).stream()
                .filter(Pod::staysWithNode)
                .flatMap(pod -> pod.claims().stream()
                        .map(claim -> new ObjectName(pod.name().namespace(), claim)))
                .collect(Collectors.toSet());
        return picture.attachments().stream()
                .filter(each -> each.node().equals(node) && !isOf(staying, each))
                .map(Draining::attached)
                .toList();
    }

    private static boolean isOf(Set<ObjectName> claims, Attachment volume) {
        return volume.claim().filter(claims::contains).isPresent();
    }

    private static Hindrance attached(Attachment volume) {
        return new Hindrance(
                Hindrance.Kind.VOLUME,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "volume " + volume.volume()
                        + volume.claim().map(claim -> " of claim " + claim).orElse("") + " is still attached");
    }
}
