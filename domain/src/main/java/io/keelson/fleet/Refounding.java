package io.keelson.fleet;

import io.keelson.release.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * That a cluster's etcd was begun anew, by a person's word, after most of its members' disks were gone. Members of before are
 * fenced: they must not run any more, since two of them could make a majority of what is no longer the cluster. They are let
 * into what was begun anew one after the other, as new members.
 *
 * @param number how often it was begun anew, from 1; from {@link #BY_CLOCK} on the minute of {@link #byClock}. Rises each time
 * @param since the first incarnation of the member on this host that is one of what was begun anew
 * @param origin what it begins with; only on the founder's host
 * @param apart members that were not part of it when this one was ordered: etcd wants to be told exactly who is
 * @param unasked members that this host's API server must not ask: what runs there may be of before
 */
public record Refounding(int number, int since, Optional<Origin> origin, List<NodeName> apart, List<NodeName> unasked) {
    /** Numbers from here on are taken from the clock. */
    public static final int BY_CLOCK = 100_000;

    private static final Instant FIRST_MINUTE = Instant.parse("2024-01-01T00:00:00Z");
    /** In 1,900 years; so many billion revisions are less than an eighth of what 64 bits hold. */
    private static final long LAST_MINUTE = 1_000_000_000;

    public Refounding {
        apart = List.copyOf(apart);
        unasked = List.copyOf(unasked);
        if (number < 1 || since <= EtcdSpec.FOUNDING) {
            throw new IllegalArgumentException("no etcd is begun anew with " + number + ", since " + since);
        }
    }

    /**
     * The next number where what was counted can itself be lost, with the host or by going back to a copy of before: above what
     * is known, and above what was ever given out an earlier minute.
     */
    public static int byClock(int known, Instant now) {
        return Math.max(Math.addExact(known, 1), minute(now));
    }

    /** Whether a clock that says so tells numbers that can be told from those that are counted. */
    public static boolean tellsNumbers(Instant now) {
        return minute(now) >= BY_CLOCK;
    }

    private static int minute(Instant now) {
        return (int) Math.clamp(Duration.between(FIRST_MINUTE, now).toMinutes(), 0, LAST_MINUTE);
    }

    /** What etcd begins anew with. */
    public sealed interface Origin {
        /** All that the founder's own disk holds, its log included. */
        record Disk() implements Origin {}

        /**
         * A snapshot, which the server hands out to this host alone.
         *
         * @param id its name among those of its cluster
         * @param content SHA-256 that etcd appended to it
         */
        record Snapshot(String id, Digest content) implements Origin {}
    }

    /** Of a host whose member has to stop; the next incarnation may be a member again. */
    static Refounding fence(int number, int incarnation) {
        return new Refounding(number, incarnation + 1, Optional.empty(), List.of(), List.of());
    }

    /** The same, begun with that, or joined while those are not part of it. */
    Refounding begun(Optional<Origin> from, List<NodeName> missing) {
        return new Refounding(number, since, from, missing, missing);
    }

    /** The same once the API server may ask all but those. */
    Refounding asking(List<NodeName> allBut) {
        return new Refounding(number, since, origin, apart, allBut);
    }
}
