package io.keelson.server.api;

import io.keelson.etcd.SnapshotHealth;
import io.keelson.problem.Problem;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.snapshots.KnownSnapshot;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a cluster stands with its snapshots.
 *
 * @param newest when the newest was taken
 * @param proven when one was last restored whole
 */
record SnapshotStanding(
        SnapshotSubject cluster, Optional<Instant> newest, Optional<Instant> proven, Optional<String> failure) {
    static SnapshotStanding of(SnapshotSubject cluster, List<KnownSnapshot> newestFirst) {
        var lastTrial = newestFirst.stream()
                .flatMap(known -> known.trial().stream())
                .max(Comparator.comparing(KnownSnapshot.Trial::at));
        return new SnapshotStanding(
                cluster,
                newestFirst.stream().findFirst().map(known -> known.snapshot().taken()),
                newestFirst.stream().flatMap(known -> known.proven().stream()).max(Comparator.naturalOrder()),
                lastTrial.filter(trial -> !trial.proven()).map(KnownSnapshot.Trial::failure));
    }

    List<Problem> problems(Instant now) {
        return SnapshotHealth.problems(
                cluster.name(), cluster.policy(), cluster.created(), newest, proven, failure, now);
    }
}
