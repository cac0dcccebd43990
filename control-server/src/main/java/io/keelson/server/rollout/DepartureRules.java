package io.keelson.server.rollout;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.departures.Departure;
import io.keelson.server.departures.Departure.Stage;
import io.keelson.server.drain.Emptying;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a host leaves its cluster: emptied first, and not before. Pure. */
final class DepartureRules {
    private DepartureRules() {}

    /**
     * What is known of the host that leaves.
     *
     * @param declared whether the cluster is declared; what is declared no more asks for nothing
     * @param named whether the cluster's declaration names the host
     * @param planned whether the cluster can be as declared; nobody leaves one that cannot
     * @param isNode whether it is told to be that node
     * @param isOther whether it is told to be another one
     * @param leaves whether it was told to be none and has not left yet
     * @param enrolled whether there is such a host
     * @param revoked whether its identity was taken away: nobody will hear of it
     * @param pooled whether a node pool has it still, and may tell it to be a node
     */
    record Seen(
            boolean declared,
            boolean named,
            boolean planned,
            boolean isNode,
            boolean isOther,
            boolean leaves,
            boolean enrolled,
            boolean revoked,
            boolean pooled) {}

    /** What is done next about one that is on its way. */
    static DepartureStep next(Departure known, Seen seen, Instant now) {
        return switch (known.stage()) {
            case EMPTYING, BLOCKED, LEAVING ->
                known.from()
                        .map(node -> leaving(known, node, seen, now))
                        .orElseGet(() -> new DepartureStep.Become(Optional.empty()));
            case RETURNING ->
                known.from()
                        .map(node -> returning(known, node, seen, now))
                        .orElseGet(() -> new DepartureStep.Become(Optional.empty()));
            case RESETTING -> resetting(known, seen, now);
            case REMOVING -> removing(known, seen, now);
        };
    }

    private static DepartureStep leaving(Departure known, Departure.Node node, Seen seen, Instant now) {
        if (!seen.declared()) {
            return new DepartureStep.Become(Optional.empty());
        }
        if (seen.named() && (seen.isNode() || seen.leaves())) {
            return new DepartureStep.Become(Optional.of(known.to(Stage.RETURNING, now)));
        }
        if (known.stage() != Stage.LEAVING) {
            return seen.isNode()
                    ? staying(known, node, seen, now)
                    : new DepartureStep.Become(Optional.of(known.to(Stage.LEAVING, now)));
        }
        if (seen.isNode()) {
            return new DepartureStep.MayLeave();
        }
        return seen.leaves() ? new DepartureStep.Rest() : new DepartureStep.DeleteNode(node);
    }

    private static DepartureStep staying(Departure known, Departure.Node node, Seen seen, Instant now) {
        if (known.stage() == Stage.EMPTYING) {
            return seen.planned() ? new DepartureStep.Empty(node) : new DepartureStep.Rest();
        }
        boolean due = known.again().filter(again -> !now.isBefore(again)).isPresent();
        return due && seen.planned()
                ? new DepartureStep.Become(Optional.of(known.to(Stage.EMPTYING, now)))
                : new DepartureStep.Serve(node);
    }

    private static DepartureStep returning(Departure known, Departure.Node node, Seen seen, Instant now) {
        if (!seen.isNode() && !seen.leaves()) {
            return new DepartureStep.Become(Optional.empty());
        }
        if (!seen.named() && seen.declared()) {
            return new DepartureStep.Become(Optional.of(known.to(seen.isNode() ? Stage.EMPTYING : Stage.LEAVING, now)));
        }
        return new DepartureStep.Return(node);
    }

    private static DepartureStep resetting(Departure known, Seen seen, Instant now) {
        if (seen.named() && seen.isNode()) {
            return new DepartureStep.Become(Optional.of(known.to(Stage.RETURNING, now)));
        }
        return seen.enrolled() && !seen.isOther()
                ? new DepartureStep.TellBare(gone(known, now))
                : new DepartureStep.Become(gone(known, now));
    }

    /** A host that was enrolled anew under the name is another one. */
    private static DepartureStep removing(Departure known, Seen seen, Instant now) {
        if (!seen.enrolled() || !seen.revoked()) {
            return new DepartureStep.Become(gone(known, now));
        }
        if (seen.pooled()) {
            return new DepartureStep.Rest(); // its pool lets go of it first
        }
        return seen.isNode() || seen.isOther()
                ? new DepartureStep.TellBare(Optional.of(known))
                : new DepartureStep.Forget();
    }

    private static Optional<Departure> gone(Departure known, Instant now) {
        return known.from().isPresent() ? Optional.of(known.to(Stage.LEAVING, now)) : Optional.empty();
    }

    /** What comes of the answer to the wish that its node be empty. */
    static Departure answered(Departure known, Emptying answer, boolean connected, Instant now) {
        return switch (answer) {
            case Emptying.UnderWay(var waitsFor) -> known.waitingFor(waitsFor);
            case Emptying.Done _ -> known.to(Stage.LEAVING, now);
            case Emptying.Blocked(var reasons) -> known.blocked(connected ? reasons : away(known, reasons), now);
        };
    }

    private static List<Problem> away(Departure known, List<Problem> reasons) {
        var all = new ArrayList<Problem>();
        all.add(Problem.error(
                ProblemCode.HOST_NOT_CONNECTED,
                "host " + known.host() + " is not connected; pods on a host that is dead never end",
                Remedy.advise(
                        "Start it; or take it out if it is gone for good.",
                        "keelson host remove " + known.host() + " --dry-run")));
        all.addAll(reasons);
        return all;
    }
}
