package io.keelson.agent;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.Check;
import io.keelson.agent.os.NodeClaim;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.Planner;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.session.Assignment;
import io.keelson.agent.session.Assignment.Goal;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what a host does for an order. A host that is to be bare is that before it is patched, since a reboot would start again
 * what is to go; one that is to be a node is patched before, since a node is begun on what it is to run on, and one that runs
 * already was emptied for it. It is patched once for each order of that: afterwards it is seen whether it is still what was ordered,
 * after everything else.
 *
 * @param node of a host that is to be a node
 * @param bare of one that is to be none
 * @param levels the steps that bring a level to its operating system; throws while the level may not be installed
 * @param kept what is looked at in their place on a node that came to the level before; empty if it did not; throws likewise
 */
record OrderPlanner(
        Planner node,
        Function<Revision, Plan> bare,
        Function<Optional<OsSpec>, List<Step>> levels,
        Function<Optional<OsSpec>, Optional<Step>> kept) {
    private static final StepId LEVEL = new StepId("os.level.accepted");
    private static final StepId UNCLAIMED = new StepId("os.unclaimed");

    /** The plan for an order that asks for anything. */
    Plan plan(Assignment order) {
        var steps = new ArrayList<Step>();
        switch (order.goal()) {
            case Goal.Untold _ -> {
                steps.add(new Check(UNCLAIMED, "a claim of a node", OrderPlanner::claimed));
                steps.addAll(patching(order.os()));
            }
            case Goal.Bare _ -> {
                steps.addAll(bare.apply(order.revision()).steps());
                steps.addAll(patching(order.os()));
            }
            case Goal.Node(var spec) -> {
                var seen = keeping(order.os());
                if (seen.isEmpty()) {
                    steps.addAll(patching(order.os()));
                }
                steps.addAll(node.plan(spec, order.revision()).steps());
                seen.ifPresent(steps::add);
            }
        }
        return new Plan(order.revision(), steps);
    }

    private Optional<Step> keeping(Optional<OsSpec> os) {
        try {
            return kept.apply(os);
        } catch (ProblemException e) {
            return Optional.of(refused(e));
        }
    }

    /** A level that may not be installed keeps no host from leaving. */
    private List<Step> patching(Optional<OsSpec> os) {
        try {
            return levels.apply(os);
        } catch (ProblemException e) {
            return List.of(refused(e));
        }
    }

    private static Step refused(ProblemException e) {
        if (Thread.currentThread().isInterrupted()) {
            throw e; // the agent is told to end
        }
        return new Check(LEVEL, "an OS level that may be installed", host -> Optional.of(e.problem()));
    }

    /** Nobody has emptied a node that the server does not know. */
    private static Optional<Problem> claimed(Host host) {
        return NodeClaim.on(host)
                .map(claim -> Problem.error(
                        ProblemCode.HOST_TAKEN,
                        "the host is node " + claim.node() + " of cluster " + claim.cluster()
                                + ", of which the server knows nothing; its operating system is left alone",
                        Remedy.advise("Take the host out of its cluster first.", "cat " + NodeClaim.FILE)));
    }
}
