package io.keelson.server.snapshots;

import io.keelson.etcd.SnapshotId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which snapshots of a cluster are no longer kept. Pure. */
final class Retention {
    private Retention() {}

    /**
     * All but the newest, but the one that was proven last, and but those that are about to be restored. As long as nothing
     * newer is proven, that one is the only one of which anybody knows that it can be restored. What is dated in the future is
     * older than all others ({@link SnapshotTimes}).
     *
     * @param all of one cluster
     * @param keep how many of the newest stay
     * @param wanted for a restore
     */
    static List<KnownSnapshot> superfluous(List<KnownSnapshot> all, int keep, Set<SnapshotId> wanted, Instant now) {
        var newestFirst = all.stream().sorted(SnapshotTimes.newestFirst(now)).toList();
        var proven = newestProven(newestFirst);
        return newestFirst.stream()
                .skip(keep)
                .filter(known -> !Optional.of(known).equals(proven))
                .filter(known -> !wanted.contains(known.snapshot().id()))
                .toList();
    }

    /** The newest of those that were restored whole. */
    private static Optional<KnownSnapshot> newestProven(List<KnownSnapshot> newestFirst) {
        return newestFirst.stream().filter(known -> known.proven().isPresent()).findFirst();
    }
}
