package io.keelson.server.api;

import io.keelson.etcd.SnapshotHealth;
import io.keelson.problem.Problem;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.SnapshotTimes;
import java.time.Instant;
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
    static SnapshotStanding of(SnapshotSubject cluster, List<KnownSnapshot> all, Instant now) {
        var times = SnapshotTimes.of(all, now);
        return new SnapshotStanding(
                cluster,
                times.taken(),
                times.proven(),
                times.last().filter(trial -> !trial.proven()).map(KnownSnapshot.Trial::failure));
    }

    List<Problem> problems(Instant now) {
        return SnapshotHealth.problems(
                cluster.name(), cluster.policy(), cluster.created(), newest, proven, failure, now);
    }
}
