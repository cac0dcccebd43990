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
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int MOST_RESTORES = 120;
    private static final String NOT_LOOKED = "whether what it carried runs elsewhere was not looked at yet";

    private final ClusterNode node;
    /** Empty if all that is wanted is that the node takes pods again. */
    private final Optional<DrainPolicy> policy;

    private final Tools tools;
    private final Errand errand;
    private volatile List<String> waitsFor = List.of();
    private volatile Optional<Emptying> outcome = Optional.empty();
    private volatile boolean restored;
    private volatile boolean over;
    private boolean noted;

    /** What all of them use. */
    record Tools(ClusterApis apis, Foresight foresight, DrainLog log, InstantSource clock) {}

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

    /** Whether it looks at nothing any more. */
    boolean over() {
        return over;
    }

    /** Until the end, on the calling thread. */
    void run() {
        try {
            outcome = policy.flatMap(this::empty);
            if (outcome.isEmpty() && !errand.handsOver()) {
                restored = restore();
            }
            if (outcome.filter(Emptying.Done.class::isInstance).isPresent()) {
                policy.ifPresent(this::watchLoad);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "emptying node " + node + " failed unforeseen", e);
            outcome = Optional.of(new Emptying.Blocked(List.of(Problem.error(
                    ProblemCode.INTERNAL,
                    "emptying node " + node + " failed: " + e,
                    Remedy.advise("Look at the server's log.", "journalctl -u keelson-server")))));
        } finally {
            tools.foresight().ended(node);
            over = true;
        }
    }

    private Optional<Emptying> empty(DrainPolicy limits) {
        var end = tools.clock().instant().plus(limits.limit());
        while (!errand.now()) {
            try {
                var stops = drain(limits);
                if (stops.isEmpty()) {
                    return outcome;
                }
                boolean mends = stops.stream().noneMatch(stop -> stop.kind() == Hindrance.Kind.FORBIDDEN);
                if (!mends || !tools.clock().instant().isBefore(end)) {
                    return judged(limits, new DrainOutcome.GaveUp(stops, "", Left.UNTOUCHED));
                }
                waitsFor = stops.stream().map(Hindrance::what).toList();
            } catch (ProblemException e) {
                if (e.problem().code() == ProblemCode.NODE_UNKNOWN) {
                    return Optional.of(new Emptying.Done(List.of())); // who is no node has no pods
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

    /** Empties the node, to what is {@link #outcome} then; or returns what would keep it from being empty, and touches nothing. */
    private List<Hindrance> drain(DrainPolicy limits) {
        try (var api = tools.apis().open(ACTOR, node.cluster())) {
            var stops = tools.foresight().begin(node, api, limits);
            if (stops.isEmpty()) {
                if (!noted) {
                    tools.log().append("node.drain", node.toString(), limits.toString());
                    noted = true;
                }
                outcome =
                        judged(limits, new Drainer(api, tools.clock()).drain(node.name(), limits, this::heard, errand));
            }
            return stops;
        }
    }

    /** Says which of the load does not run elsewhere yet, as long as the node could have been emptied; changes nothing. */
    private void watchLoad(DrainPolicy limits) {
        tools.foresight().ended(node);
        var end = tools.clock().instant().plus(limits.limit());
        var homeless = List.of(NOT_LOOKED);
        while (!homeless.isEmpty() && tools.clock().instant().isBefore(end)) {
            try (var api = tools.apis().open(ACTOR, node.cluster())) {
                var load = api.node(node.name()).load();
                do {
                    var picture = api.everything();
                    homeless = load.map(each -> each.missing(picture)).orElse(List.of());
                    outcome = Optional.of(new Emptying.Done(homeless));
                } while (!homeless.isEmpty() && tools.clock().instant().isBefore(end) && !errand.within(LOOK));
            } catch (ProblemException e) {
                if (e.problem().code() == ProblemCode.NODE_UNKNOWN) {
                    outcome = Optional.of(new Emptying.Done(List.of()));
                    return;
                }
                LOG.log(Level.INFO, "what node {0} carried is not seen: {1}", node, e.getMessage());
            }
            if (errand.within(LOOK)) {
                return;
            }
        }
    }

    private Optional<Emptying> judged(DrainPolicy limits, DrainOutcome ended) {
        LOG.log(Level.INFO, "node {0}: {1}", node, ended);
        note(ended);
        return switch (ended) {
            case DrainOutcome.Emptied() -> Optional.of(new Emptying.Done(List.of(NOT_LOOKED)));
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
