package io.keelson.server.drain;

import io.keelson.drain.DrainPolicy;
import io.keelson.drain.Hindrance;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.drain.DrainOutcome.Left;
import io.keelson.workload.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An emptying that came to nothing, in a person's words. */
public final class DrainProblems {
    private static final int MOST = 10;

    private DrainProblems() {}

    /** Why the node is not empty; none if it is. */
    public static List<Problem> of(ClusterName cluster, NodeName node, DrainPolicy policy, DrainOutcome outcome) {
        return switch (outcome) {
            case DrainOutcome.Emptied() -> List.of();
            case DrainOutcome.GaveUp gaveUp -> gaveUp(cluster, node, policy, gaveUp);
            case DrainOutcome.TakenBack(var left) ->
                List.of(stopped(
                        "the emptying of node " + node + " was taken back; " + left(node, left), cluster, node));
            case DrainOutcome.HandedOver() ->
                List.of(stopped("another server goes on with the emptying of node " + node, cluster, node));
            case DrainOutcome.Overruled() ->
                List.of(stopped(
                        "somebody let node " + node + " take pods again while it was emptied; it was given up",
                        cluster,
                        node));
        };
    }

    private static Problem stopped(String what, ClusterName cluster, NodeName node) {
        return Problem.error(
                ProblemCode.NODE_DRAIN_STOPPED,
                what,
                Remedy.advise(
                        "Begin again when it is wanted.", "keelson node drain " + node + " --cluster " + cluster));
    }

    private static List<Problem> gaveUp(
            ClusterName cluster, NodeName node, DrainPolicy policy, DrainOutcome.GaveUp outcome) {
        var how = left(node, outcome.after());
        if (outcome.reasons().isEmpty()) {
            return List.of(Problem.error(
                    ProblemCode.NODE_NOT_EMPTY,
                    "node " + node + " could not be emptied in "
                            + policy.limit().toSeconds() + " s: " + outcome.unanswered() + "; " + how,
                    Remedy.advise("See how the cluster is.", "keelson describe cluster " + cluster)));
        }
        var problems = new ArrayList<Problem>();
        for (var reason :
                outcome.reasons().subList(0, Math.min(MOST, outcome.reasons().size()))) {
            problems.add(problem(node, policy, reason, how));
        }
        return problems;
    }

    private static Problem problem(NodeName node, DrainPolicy policy, Hindrance reason, String how) {
        return switch (reason.kind()) {
            case FORBIDDEN ->
                Problem.error(
                        ProblemCode.NODE_DRAIN_FORBIDDEN,
                        "node " + node + " is not emptied: " + reason.what() + "; " + how,
                        Remedy.advise(
                                "Move it by hand, or allow it with --evict-bare-pods or --delete-emptydir-data.",
                                look("pod", reason.pod())));
            case BUDGET, SEVERAL_BUDGETS ->
                Problem.error(
                        ProblemCode.NODE_NOT_EMPTY,
                        late(node, policy, reason, how),
                        Remedy.advise(
                                "Let its owner give the workload more pods, or the budget less to ask for.",
                                look("pdb", reason.budget().or(reason::pod))));
            case ENDING ->
                Problem.error(
                        ProblemCode.NODE_NOT_EMPTY,
                        late(node, policy, reason, how),
                        Remedy.advise("See why it does not end.", look("pod", reason.pod())));
            case VOLUME ->
                Problem.error(
                        ProblemCode.NODE_NOT_EMPTY,
                        late(node, policy, reason, how),
                        Remedy.advise(
                                "See what keeps the volume's driver from detaching it.",
                                "kubectl get volumeattachments"));
        };
    }

    private static String late(NodeName node, DrainPolicy policy, Hindrance reason, String how) {
        return "node " + node + " is not empty after " + policy.limit().toSeconds() + " s: " + reason.what() + "; "
                + how;
    }

    private static String look(String kind, Optional<ObjectName> object) {
        return object.map(each -> "kubectl -n " + each.namespace() + " describe "
                        + (kind.equals("pdb") ? "pdb " : "pod ") + each.name())
                .orElse("kubectl get pods --all-namespaces");
    }

    private static String left(NodeName node, Left left) {
        return switch (left) {
            case UNCORDONED -> "it takes pods again";
            case UNTOUCHED -> "nothing was begun with it";
            case CORDONED_BY_PERSON -> "it stays cordoned, as it was before";
            case STILL_CORDONED -> "it could not be changed back and is still cordoned: keelson node uncordon " + node;
        };
    }
}
