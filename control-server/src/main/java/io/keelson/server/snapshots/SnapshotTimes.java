package io.keelson.server.snapshots;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the snapshots of a cluster stand at a time. Pure. What is dated in the future is of a clock that was ahead and was set
 * back: it was taken before that, so it is older than all that was taken since, and nobody is to rest because of it.
 *
 * @param newest which to restore if one has to be; one from the future only where there is no other
 * @param taken when the newest was taken that is not from the future
 * @param last the last restore in a sandbox
 * @param proven when one was last restored whole
 */
public record SnapshotTimes(
        Optional<KnownSnapshot> newest,
        Optional<Instant> taken,
        Optional<KnownSnapshot.Trial> last,
        Optional<Instant> proven) {
    /** Clocks of two hosts differ by less. */
    static final Duration MOST_AHEAD = Duration.ofMinutes(10);

    /** @param all of one cluster */
    public static SnapshotTimes of(List<KnownSnapshot> all, Instant now) {
        var newest = all.stream().min(newestFirst(now));
        var trials = all.stream()
                .flatMap(known -> known.trial().stream())
                .filter(trial -> !isAhead(trial.at(), now))
                .sorted(Comparator.comparing(KnownSnapshot.Trial::at))
                .toList();
        return new SnapshotTimes(
                newest,
                newest.map(known -> known.snapshot().taken()).filter(at -> !isAhead(at, now)),
                trials.stream().reduce((one, later) -> later),
                trials.stream()
                        .filter(KnownSnapshot.Trial::proven)
                        .map(KnownSnapshot.Trial::at)
                        .reduce((one, later) -> later));
    }

    /** Whether it is later than a clock that is right can have said. */
    static boolean isAhead(Instant at, Instant now) {
        return at.isAfter(now.plus(MOST_AHEAD));
    }

    /** In the order in which they were taken as far as anybody knows, those from the future last. */
    static Comparator<KnownSnapshot> newestFirst(Instant now) {
        return Comparator.comparing(
                        (KnownSnapshot known) -> isAhead(known.snapshot().taken(), now))
                .thenComparing(KnownSnapshot.NEWEST_FIRST);
    }
}
