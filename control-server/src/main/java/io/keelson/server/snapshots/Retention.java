package io.keelson.server.snapshots;

import io.keelson.etcd.SnapshotId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which snapshots of a cluster are no longer kept. Pure. */
final class Retention {
    private Retention() {}

    /**
     * All but the newest, but the one that was proven last, and but those that are about to be restored. As long as nothing
     * newer is proven, that one is the only one of which anybody knows that it can be restored.
     *
     * @param all of one cluster
     * @param keep how many of the newest stay
     * @param wanted for a restore
     */
    static List<KnownSnapshot> superfluous(List<KnownSnapshot> all, int keep, Set<SnapshotId> wanted) {
        var newestFirst = all.stream().sorted(KnownSnapshot.NEWEST_FIRST).toList();
        var proven = newestProven(all);
        return newestFirst.stream()
                .skip(keep)
                .filter(known -> !Optional.of(known).equals(proven))
                .filter(known -> !wanted.contains(known.snapshot().id()))
                .toList();
    }

    /** The newest of those that were restored whole. */
    static Optional<KnownSnapshot> newestProven(List<KnownSnapshot> all) {
        return all.stream()
                .filter(known -> known.proven().isPresent())
                .max(Comparator.comparing(
                        (KnownSnapshot known) -> known.snapshot().taken()));
    }
}
