package io.keelson.server.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.release.Digest;
import io.keelson.server.snapshots.KnownSnapshot.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A clock was ahead and was set back: what is dated in the future is old. */
class SnapshotTimesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Digest DIGEST = Digest.of(new byte[0]);

    private static KnownSnapshot taken(Instant at) {
        var member = new NodeName("cp-a");
        var snapshot = new TakenSnapshot(
                SnapshotId.of(at, member),
                new ClusterName("prod"),
                member,
                at,
                new Keyspace(1, 0, 0, 0),
                1,
                DIGEST,
                2,
                DIGEST,
                DIGEST);
        return new KnownSnapshot(snapshot, new HostId("cp-a"), at, Optional.empty(), Optional.empty(), 1);
    }

    private static KnownSnapshot ago(Duration age) {
        return taken(NOW.minus(age));
    }

    @Test
    void theNewestIsNotOneFromTheFuture() {
        var ahead = ago(YEAR.negated());
        var hour = ago(Duration.ofHours(1));
        var times = SnapshotTimes.of(List.of(ahead, ago(Duration.ofHours(2)), hour), NOW);
        assertThat(times.newest()).contains(hour);
        assertThat(times.taken()).contains(NOW.minus(Duration.ofHours(1)));

        var alone = SnapshotTimes.of(List.of(ahead), NOW);
        assertThat(alone.newest()).as("better than nothing").contains(ahead);
        assertThat(alone.taken()).as("and nothing to rest upon").isEmpty();
    }

    @Test
    void clocksOfTwoHostsMayDifferALittle() {
        var ahead = ago(Duration.ofMinutes(-5));
        assertThat(SnapshotTimes.of(List.of(ago(Duration.ofHours(1)), ahead), NOW)
                        .newest())
                .contains(ahead);
    }

    @Test
    void whatWasTriedInTheFutureProvesNothingNow() {
        var ahead = ago(Duration.ofHours(2)).tried(new Trial(NOW.plus(YEAR), ""));
        var failed = ago(Duration.ofHours(1)).tried(new Trial(NOW.minusSeconds(60), "broken"));
        var times = SnapshotTimes.of(List.of(ahead, failed), NOW);
        assertThat(times.proven()).isEmpty();
        assertThat(times.last()).map(Trial::failure).contains("broken");
    }

    /** As a server does for a day after its clock was a year ahead for a day: all of the other time are too many in the end. */
    @Test
    void newOnesPushOutThoseFromTheFutureAndNotEachOther() {
        int keep = 24;
        var kept = new ArrayList<KnownSnapshot>();
        for (int hour = 0; hour < keep; hour++) {
            kept.add(taken(NOW.plus(YEAR).plus(Duration.ofHours(hour))));
        }
        for (int hour = 0; hour < keep; hour++) {
            var now = NOW.plus(Duration.ofHours(hour));
            kept.add(taken(now));
            kept.removeAll(Retention.superfluous(kept, keep, Set.of(), now));
            assertThat(kept).hasSize(keep).contains(taken(now), taken(NOW));
        }
        assertThat(kept).noneMatch(known -> known.snapshot().taken().isAfter(NOW.plus(Duration.ofDays(2))));
    }

    @Test
    void oneFromTheFutureThatWasProvenDoesNotStandForThoseThatAreProvenSince() {
        var ahead = taken(NOW.plus(YEAR)).tried(new Trial(NOW.plus(YEAR), ""));
        var proven = ago(Duration.ofHours(2)).tried(new Trial(NOW.minusSeconds(60), ""));
        var newest = ago(Duration.ofHours(1));
        assertThat(Retention.superfluous(List.of(ahead, proven, newest), 1, Set.of(), NOW))
                .containsExactly(ahead);
        assertThat(Retention.superfluous(List.of(ahead, newest), 1, Set.of(), NOW))
                .as("the only one that is known to be whole")
                .isEmpty();
    }
}
