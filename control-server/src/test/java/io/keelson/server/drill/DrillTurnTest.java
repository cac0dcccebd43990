package io.keelson.server.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.release.Digest;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.KnownSnapshot.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrillTurnTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final Digest DIGEST = Digest.of(new byte[0]);

    private static KnownSnapshot snapshot(Duration age, Optional<Trial> trial) {
        var member = new NodeName("cp-a");
        var taken = NOW.minus(age);
        var snapshot = new TakenSnapshot(
                SnapshotId.of(taken, member),
                new ClusterName("prod"),
                member,
                taken,
                new Keyspace(1, 0, 0, 0),
                1,
                DIGEST,
                2,
                DIGEST,
                DIGEST);
        return new KnownSnapshot(snapshot, new HostId("cp-a"), taken, trial, Optional.empty(), 1);
    }

    private static KnownSnapshot tried(Duration age, Duration ago, String failure) {
        return snapshot(age, Optional.of(new Trial(NOW.minus(ago), failure)));
    }

    private static KnownSnapshot fresh() {
        return snapshot(Duration.ofMinutes(1), Optional.empty());
    }

    private static Optional<KnownSnapshot> next(KnownSnapshot... newestFirst) {
        return DrillTurn.next(SnapshotPolicy.STANDARD, List.of(newestFirst), NOW);
    }

    @Test
    void theFirstThatThereIsIsTriedAtOnce() {
        assertThat(next()).isEmpty();
        assertThat(next(fresh())).isPresent();
    }

    @Test
    void theNewestIsTriedOnceADay() {
        assertThat(next(fresh(), tried(Duration.ofHours(23), Duration.ofHours(23), "")))
                .isEmpty();
        assertThat(next(fresh(), tried(Duration.ofHours(25), Duration.ofHours(24), "")))
                .contains(fresh());
        assertThat(next(tried(Duration.ofHours(25), Duration.ofHours(24), "")))
                .as("also where nothing newer came")
                .isPresent();
    }

    @Test
    void aTrialFromTheFutureStopsNoDrills() {
        var ahead = tried(Duration.ofHours(2), Duration.ofDays(-300), "");
        assertThat(next(fresh(), ahead)).contains(fresh());
        assertThat(next(tried(Duration.ofMinutes(1), Duration.ZERO, ""), ahead))
                .as("once, and not with each look")
                .isEmpty();
    }

    @Test
    void aSnapshotFromTheFutureIsTriedOnlyIfThereIsNoOther() {
        var ahead = snapshot(Duration.ofDays(-300), Optional.empty());
        assertThat(next(ahead, fresh())).contains(fresh());
        assertThat(next(ahead)).contains(ahead);
    }

    @Test
    void afterAFailureTheNextOneIsTriedSoonAndTheSameOneLater() {
        assertThat(next(fresh(), tried(Duration.ofHours(1), Duration.ofMinutes(9), "broken")))
                .isEmpty();
        assertThat(next(fresh(), tried(Duration.ofHours(1), Duration.ofMinutes(10), "broken")))
                .contains(fresh());
        assertThat(next(tried(Duration.ofHours(1), Duration.ofMinutes(30), "broken")))
                .isEmpty();
    }
}
