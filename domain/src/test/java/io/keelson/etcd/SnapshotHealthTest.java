package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotHealthTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");

    private static List<ProblemCode> problems(
            Duration created, Optional<Duration> newest, Optional<Duration> proven, Optional<String> failure) {
        return SnapshotHealth.problems(
                        new ClusterName("prod"),
                        SnapshotPolicy.STANDARD,
                        NOW.minus(created),
                        newest.map(NOW::minus),
                        proven.map(NOW::minus),
                        failure,
                        NOW)
                .stream()
                .map(Problem::code)
                .toList();
    }

    @Test
    void aYoungClusterIsLateWithNothing() {
        assertThat(problems(Duration.ofHours(2), Optional.empty(), Optional.empty(), Optional.empty()))
                .isEmpty();
    }

    @Test
    void twiceTheIntervalMayPass() {
        var old = Duration.ofDays(9);
        assertThat(problems(old, Optional.of(Duration.ofHours(2)), Optional.of(Duration.ofDays(2)), Optional.empty()))
                .isEmpty();
        assertThat(problems(
                        old, Optional.of(Duration.ofMinutes(121)), Optional.of(Duration.ofHours(49)), Optional.empty()))
                .containsExactly(ProblemCode.ETCD_SNAPSHOT_OVERDUE, ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
        assertThat(problems(old, Optional.empty(), Optional.empty(), Optional.empty()))
                .containsExactly(ProblemCode.ETCD_SNAPSHOT_OVERDUE, ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
    }

    @Test
    void aClusterThatWasDeclaredInTheFutureIsNotExcused() {
        assertThat(problems(Duration.ofDays(-300), Optional.empty(), Optional.empty(), Optional.empty()))
                .containsExactly(ProblemCode.ETCD_SNAPSHOT_OVERDUE, ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
    }

    @Test
    void aRestoreThatFailedIsSaidAtOnce() {
        assertThat(problems(
                        Duration.ofHours(1),
                        Optional.of(Duration.ofMinutes(1)),
                        Optional.of(Duration.ofMinutes(5)),
                        Optional.of("no database")))
                .containsExactly(ProblemCode.ETCD_SNAPSHOT_UNPROVEN);
    }

    @Test
    void ofTheServersOwnNoHostIsAsked() {
        assertThat(SnapshotHealth.problems(
                        ClusterName.OF_SERVER,
                        SnapshotPolicy.STANDARD,
                        NOW.minus(Duration.ofDays(9)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("no database"),
                        NOW))
                .hasSize(2)
                .allSatisfy(problem -> {
                    assertThat(problem.what()).contains("the server's own etcd");
                    assertThat(problem.remedy().command()).contains("journalctl -u keelson-server");
                });
    }
}
