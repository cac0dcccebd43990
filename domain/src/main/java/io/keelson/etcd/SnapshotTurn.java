package io.keelson.etcd;

import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.SnapshotPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * Which member takes the next snapshot. Time since 1970 is cut into slots, and slot k belongs to member k mod n of the
 * list that all of them have: so they take turns without asking each other or a server. Where a member is away, its slots
 * stay empty.
 */
public final class SnapshotTurn {
    private SnapshotTurn() {}

    /**
     * Whether this member is to take one now.
     *
     * @param index of the member in the list, from 0
     * @param taken when it took those that there are. All of them count, and not the latest alone: after a clock was set back
     *     the latest is from the future, counts for nothing, and hides the one that was just taken
     */
    public static boolean due(Instant now, Duration every, int index, int members, Collection<Instant> taken) {
        long slot = slot(now, every);
        return Math.floorMod(slot, (long) members) == index
                && taken.stream().noneMatch(at -> !at.isAfter(now) && slot(at, every) == slot);
    }

    /** The place of this host's member among all of them; empty if it has none. */
    public static Optional<Integer> index(EtcdSpec spec) {
        return spec.own().map(own -> spec.members().indexOf(own));
    }

    /** How many a host keeps on its own disk: its share, and one more than the newest at least. */
    public static int kept(SnapshotPolicy policy, int members) {
        return Math.max(2, Math.ceilDiv(policy.keep(), members));
    }

    private static long slot(Instant at, Duration every) {
        return Math.floorDiv(at.getEpochSecond(), every.toSeconds());
    }
}
