package io.keelson.server.drain;

import io.keelson.drain.DrainPolicy;
import io.keelson.drain.Hindrance;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.drain.DrainOutcome.Left;
import io.keelson.server.kubernetes.ClusterApis;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * One emptying of a node, or the way back from it. An API that does not answer is asked again: until the policy's limit while
 * the node is emptied, a good while longer where it is to take pods again.
 */
final class EmptyingRound {
    static final String ACTOR = "server";
    private static final System.Logger LOG = System.getLogger(EmptyingRound.class.getName());
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final int MOST_RESTORES = 120;

    private final ClusterNode node;
    /** Empty if all that is wanted is that the node takes pods again. */
    private final Optional<DrainPolicy> policy;

    private final Tools tools;
    private final Errand errand;
    private volatile List<String> waitsFor = List.of();
    private volatile Optional<Emptying> outcome = Optional.empty();
    private volatile boolean restored;
    private boolean noted;

    /** What all of them use. */
    record Tools(ClusterApis apis, LostLoads loads, DrainLog log, InstantSource clock) {}

    EmptyingRound(ClusterNode node, Optional<DrainPolicy> policy, Tools tools, Errand errand) {
        this.node = node;
        this.policy = policy;
        this.tools = tools;
        this.errand = errand;
    }

    Errand errand() {
        return errand;
    }

    /** Whether it is to come to an empty node, and not to the way back. */
    boolean empties() {
        return policy.isPresent() && !errand.isTakenBack();
    }

    /** How far it is. */
    Emptying standing() {
        return outcome.orElseGet(() -> new Emptying.UnderWay(waitsFor));
    }

    /** What it came to; empty if it goes on, was taken back, or somebody else goes on with it. */
    Optional<Emptying> outcome() {
        return outcome;
    }

    /** Whether the node is known to take pods again, or is left to the person who cordoned it. */
    boolean restored() {
        return restored;
    }

    /** Until the end, on the calling thread. */
    void run() {
        try {
            outcome = policy.flatMap(this::empty);
            if (outcome.isEmpty() && !errand.handsOver()) {
                restored = restore();
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "emptying node " + node + " failed unforeseen", e);
            outcome = Optional.of(new Emptying.Blocked(List.of(Problem.error(
                    ProblemCode.INTERNAL,
                    "emptying node " + node + " failed: " + e,
                    Remedy.advise("Look at the server's log.", "journalctl -u keelson-server")))));
        }
    }

    private Optional<Emptying> empty(DrainPolicy limits) {
        var end = tools.clock().instant().plus(limits.limit());
        while (!errand.now()) {
            try {
                return judged(limits, drain(limits));
            } catch (ProblemException e) {
                if (e.problem().code() == ProblemCode.NODE_UNKNOWN) {
                    return Optional.of(new Emptying.Done()); // who is no node has no pods
                }
                if (!tools.clock().instant().isBefore(end)) {
                    return Optional.of(new Emptying.Blocked(List.of(e.problem())));
                }
                waitsFor = List.of(e.problem().what());
            }
            if (errand.within(AGAIN)) {
                break;
            }
        }
        return Optional.empty();
    }

    private DrainOutcome drain(DrainPolicy limits) {
        try (var api = tools.apis().open(ACTOR, node.cluster())) {
            tools.loads().remember(node, api);
            if (!noted) {
                tools.log().append("node.drain", node.toString(), limits.toString());
                noted = true;
            }
            return new Drainer(api, tools.clock()).drain(node.name(), limits, this::heard, errand);
        }
    }

    private Optional<Emptying> judged(DrainPolicy limits, DrainOutcome ended) {
        LOG.log(Level.INFO, "node {0}: {1}", node, ended);
        note(ended);
        return switch (ended) {
            case DrainOutcome.Emptied() -> Optional.of(new Emptying.Done());
            case DrainOutcome.GaveUp _, DrainOutcome.Overruled _ ->
                Optional.of(new Emptying.Blocked(DrainProblems.of(node.cluster(), node.name(), limits, ended)));
            // Seen once more, as it may be that it could not be changed back.
            case DrainOutcome.TakenBack _, DrainOutcome.HandedOver _ -> Optional.empty();
        };
    }

    /** It has happened already, whether it can be noted or not. */
    private void note(DrainOutcome ended) {
        try {
            tools.log().append("node.drained", node.toString(), ended.getClass().getSimpleName());
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "how emptying node {0} ended is not in the audit log: {1}", node, e.getMessage());
        }
    }

    private void heard(DrainEvent event) {
        waitsFor = switch (event) {
            case DrainEvent.Began _, DrainEvent.Evicted _, DrainEvent.Forced _ -> List.of();
            case DrainEvent.Refused(var pod, var why) -> List.of(pod + ": " + why);
            case DrainEvent.Waiting(var reasons) ->
                reasons.stream().map(Hindrance::what).toList();
            case DrainEvent.Unanswered(var why) -> List.of(why);
        };
    }

    /** Tries for a good while; what it was taken back for is over, so only another emptying or another leader ends it. */
    private boolean restore() {
        for (int attempt = 1; attempt <= MOST_RESTORES; attempt++) {
            try (var api = tools.apis().open(ACTOR, node.cluster())) {
                if (new Drainer(api, tools.clock()).undo(node.name()) != Left.STILL_CORDONED) {
                    return true;
                }
            } catch (ProblemException e) {
                LOG.log(Level.INFO, "node {0} is not seen to take pods again yet: {1}", node, e.getMessage());
            }
            if (errand.handedOverWithin(AGAIN)) {
                return false;
            }
        }
        return false;
    }
}
