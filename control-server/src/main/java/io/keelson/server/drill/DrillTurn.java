package io.keelson.server.drill;

import io.keelson.fleet.SnapshotPolicy;
import io.keelson.server.snapshots.KnownSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which snapshot of a cluster is to be restored in a sandbox now. Pure. */
final class DrillTurn {
    /** After one that failed the next snapshot is tried soon, but not each of them where all fail. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);

    private DrillTurn() {}

    /** @param newestFirst all of one cluster */
    static Optional<KnownSnapshot> next(SnapshotPolicy policy, List<KnownSnapshot> newestFirst, Instant now) {
        var newest = newestFirst.stream().findFirst();
        var last = newestFirst.stream()
                .flatMap(known -> known.trial().stream())
                .max(Comparator.comparing(KnownSnapshot.Trial::at));
        if (last.isEmpty()) {
            return newest;
        }
        boolean another = newest.filter(known -> known.trial().isEmpty()).isPresent();
        var pause = !last.get().proven() && another && AFTER_FAILURE.compareTo(policy.prove()) < 0
                ? AFTER_FAILURE
                : policy.prove();
        return newest.filter(known -> !last.get().at().plus(pause).isAfter(now));
    }
}
