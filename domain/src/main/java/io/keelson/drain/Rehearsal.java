package io.keelson.drain;

import io.keelson.drain.PodForecast.Verdict;
import io.keelson.fleet.NodeName;
import io.keelson.workload.Budget;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Pod;
import io.keelson.workload.Room;
import io.keelson.workload.WorkPicture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One emptying of nodes on paper, in rounds: all that budgets allow leave, find a place or none, and are ready there. */
final class Rehearsal {
    private final WorkPicture picture;
    private final Set<NodeName> nodes;
    private final DrainPolicy policy;
    private final Room room;
    private final Map<ObjectName, Integer> healthy = new HashMap<>();
    private final Map<ObjectName, Integer> homeless = new HashMap<>();
    private final Map<ObjectName, PodForecast> said = new LinkedHashMap<>();
    private Duration estimate = Duration.ZERO;

    /** What came of it. */
    record Outcome(List<PodForecast> pods, Duration estimate) {}

    Rehearsal(WorkPicture picture, Set<NodeName> nodes, DrainPolicy policy) {
        this.picture = picture;
        this.nodes = nodes;
        this.policy = policy;
        this.room = new Room(picture, nodes);
        picture.budgets().forEach(each -> healthy.put(each.name(), each.healthy()));
    }

    Outcome run() {
        var waiting = new ArrayList<Pod>();
        nodes.stream().sorted().flatMap(node -> picture.on(node).stream()).forEach(pod -> {
            var forbids = policy.forbids(pod);
            if (pod.staysWithNode()) {
                say(pod, Verdict.STAYS, Optional.empty(), pod.mirror() ? "a static pod" : "of a DaemonSet");
            } else if (forbids.isPresent() && !pod.terminating()) {
                say(pod, Verdict.FORBIDDEN, Optional.empty(), forbids.get());
            } else {
                waiting.add(pod);
            }
        });
        for (int round = 0; !waiting.isEmpty(); round++) {
            var left = round(waiting, round == 0);
            if (left.isEmpty()) {
                break;
            }
            waiting.removeAll(left);
        }
        waiting.forEach(this::block);
        return new Outcome(
                said.values().stream()
                        .sorted(Comparator.comparing(PodForecast::node)
                                .thenComparing(each -> each.pod().name()))
                        .toList(),
                estimate);
    }

    private List<Pod> round(List<Pod> waiting, boolean first) {
        var left = new ArrayList<Pod>();
        for (var pod : waiting) {
            if (leaves(pod)) {
                left.add(pod);
                room.remove(pod);
            }
        }
        // Both at once in one round: pods end side by side, and so do new ones start.
        var grace = Duration.ZERO;
        var start = Duration.ZERO;
        for (var pod : left) {
            grace = longer(grace, policy.grace(pod));
            start = longer(start, settle(pod, first));
        }
        estimate = estimate.plus(grace).plus(start);
        return left;
    }

    /** Whether budgets let it go now; takes its share down then. */
    private boolean leaves(Pod pod) {
        var budgets = picture.guarding(pod);
        if (budgets.isEmpty() || pod.countsForNobody()) {
            return true;
        }
        if (budgets.size() > 1) {
            return false;
        }
        var budget = budgets.getFirst();
        int now = healthy.getOrDefault(budget.name(), 0);
        if (!pod.ready()) {
            return budget.letsUnreadyGo(now) || budget.current() && now > budget.desired();
        }
        if (!budget.current() || now <= budget.desired()) {
            return false;
        }
        healthy.put(budget.name(), now - 1);
        return true;
    }

    /** Where its successor comes to be; returns how long that takes until it counts. */
    private Duration settle(Pod pod, boolean first) {
        var budget = picture.guarding(pod).stream().findFirst();
        var verdict = first ? Verdict.NOW : Verdict.AFTER_OTHERS;
        var name = budget.map(Budget::name);
        if (pod.terminating()) {
            say(pod, verdict, Optional.empty(), "it ends already"); // its successor is among the pods, if it has one
            return Duration.ZERO;
        }
        if (pod.owner().isEmpty() || pod.phase().isOver()) {
            say(pod, verdict, Optional.empty(), pod.phase().isOver() ? "it is over" : "a bare pod: it is gone then");
            return Duration.ZERO;
        }
        var there = room.place(pod);
        if (there.isEmpty()) {
            name.ifPresent(each -> homeless.merge(each, 1, Integer::sum));
            say(pod, Verdict.NO_ROOM, name, "its successor fits on no other node");
            return Duration.ZERO;
        }
        name.ifPresent(each -> healthy.merge(each, 1, Integer::sum));
        say(pod, verdict, first ? Optional.empty() : name, "there is room on " + there.get());
        return pod.startup();
    }

    private void block(Pod pod) {
        var budgets = picture.guarding(pod);
        if (budgets.size() > 1) {
            say(
                    pod,
                    Verdict.BLOCKED,
                    Optional.of(budgets.getFirst().name()),
                    Draining.several(pod, budgets).what());
            return;
        }
        var budget = budgets.getFirst();
        int without = homeless.getOrDefault(budget.name(), 0);
        var why = without > 0 && !budget.isUnsatisfiable()
                ? "it wants " + budget.desired() + " pods ready, and " + without + " that leave before find no room"
                : Draining.why(budget);
        say(pod, Verdict.BLOCKED, Optional.of(budget.name()), budget + ": " + why);
    }

    private void say(Pod pod, Verdict verdict, Optional<ObjectName> budget, String what) {
        said.put(pod.name(), new PodForecast(pod, pod.node().orElseThrow(), verdict, budget, what));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
