package io.keelson.server.drill;

import io.keelson.fleet.SnapshotPolicy;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.SnapshotTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which snapshot of a cluster is to be restored in a sandbox now. Pure. */
final class DrillTurn {
    /** After one that failed the next snapshot is tried soon, but not each of them where all fail. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);

    private DrillTurn() {}

    /** @param all of one cluster */
    static Optional<KnownSnapshot> next(SnapshotPolicy policy, List<KnownSnapshot> all, Instant now) {
        var times = SnapshotTimes.of(all, now);
        var newest = times.newest();
        var last = times.last();
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
