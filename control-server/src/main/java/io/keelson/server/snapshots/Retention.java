package io.keelson.server.snapshots;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which snapshots of a cluster are no longer kept. Pure. */
final class Retention {
    private Retention() {}

    /**
     * All but the newest, and but the one that was proven last: as long as nothing newer is proven, it is the only one of
     * which anybody knows that it can be restored.
     *
     * @param all of one cluster
     * @param keep how many of the newest stay
     */
    static List<KnownSnapshot> superfluous(List<KnownSnapshot> all, int keep) {
        var newestFirst = all.stream().sorted(KnownSnapshot.NEWEST_FIRST).toList();
        var proven = newestProven(all);
        return newestFirst.stream()
                .skip(keep)
                .filter(known -> !Optional.of(known).equals(proven))
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
