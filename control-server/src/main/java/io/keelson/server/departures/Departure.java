package io.keelson.server.departures;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * How far a host is on its way out of its cluster.
 *
 * @param from the node that it is or was there; empty for a host that was none, and is made bare by a person's word
 * @param since when it came to this stage
 * @param tries how often its node was not empty in time
 * @param again when it is tried again; there if it is blocked
 * @param reasons why it is blocked; empty in all other stages
 * @param waitsFor what its emptying waits for, each a clause for a person
 */
public record Departure(
        HostId host,
        Optional<Node> from,
        Stage stage,
        Instant since,
        int tries,
        Optional<Instant> again,
        List<Problem> reasons,
        List<String> waitsFor) {
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);
    private static final int DOUBLINGS = 5;

    public Departure {
        // As they are stored, so that what was read again is the same.
        since = since.truncatedTo(ChronoUnit.MILLIS);
        again = again.map(at -> at.truncatedTo(ChronoUnit.MILLIS));
        reasons = List.copyOf(reasons);
        waitsFor = List.copyOf(waitsFor);
        if ((stage == Stage.BLOCKED) != again.isPresent() || tries < 0) {
            throw new IllegalArgumentException("what is blocked is tried again, and nothing else: " + stage);
        }
    }

    /** A node of a cluster. */
    public record Node(ClusterName cluster, NodeName name) {
        @Override
        public String toString() {
            return name + " of cluster " + cluster;
        }
    }

    /** How far it is. */
    public enum Stage {
        /** Its pods are evicted; it is a node still. */
        EMPTYING,
        /** It was not empty in time, takes pods and serves; it is tried again. */
        BLOCKED,
        /** It may be told, or was told, to be none; when it has left, its Node object is deleted. */
        LEAVING,
        /** It is to stay after all, and to take pods again. */
        RETURNING,
        /** A person wants it bare without emptying it, or once more. */
        RESETTING,
        /** A person says that it is gone for good. */
        REMOVING
    }

    /** One that begins. */
    public static Departure begin(HostId host, Optional<Node> from, Stage stage, Instant now) {
        return new Departure(host, from, stage, now, 0, Optional.empty(), List.of(), List.of());
    }

    /** The same in another stage; how often it was tried is known on. */
    public Departure to(Stage next, Instant now) {
        return new Departure(host, from, next, now, tries, Optional.empty(), List.of(), List.of());
    }

    /** The same, waiting for that. */
    public Departure waitingFor(List<String> what) {
        return new Departure(host, from, stage, since, tries, again, reasons, what);
    }

    /** Not empty in time: a minute's pause first, doubled each time, half an hour at most. */
    public Departure blocked(List<Problem> why, Instant now) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, DOUBLINGS));
        var next = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        return new Departure(host, from, Stage.BLOCKED, now, tries + 1, Optional.of(next), why, List.of());
    }
}
