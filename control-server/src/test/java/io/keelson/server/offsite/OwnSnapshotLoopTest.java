package io.keelson.server.offsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.fleet.ClusterName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OwnSnapshotLoopTest extends OffsiteFixture {
    private OwnSnapshotLoop loop() {
        return new OwnSnapshotLoop(
                leadership,
                subjects.all().stream()
                        .filter(each -> each.name().equals(ClusterName.OF_SERVER))
                        .findFirst()
                        .orElseThrow(),
                snapshots,
                etcd,
                clock);
    }

    private int takenWithin(Duration time) {
        int taken = 0;
        for (var end = now.plus(time); now.isBefore(end); now = now.plusSeconds(60)) {
            taken += loop().turn() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void oneIsTakenInEachIntervalAndSoManyAreKept() {
        assertThat(takenWithin(Duration.ofHours(5))).isEqualTo(5);
        assertThat(known(ClusterName.OF_SERVER))
                .extracting(id -> id.value().substring(0, 11))
                .containsExactly("20260102T04", "20260102T03", "20260102T02");
    }

    @Test
    void afterTheClockWasSetBackOneIsTakenInEachIntervalAndTheNewOnesAreKept() {
        now = now.plus(Duration.ofDays(300));
        takenWithin(Duration.ofHours(3));
        now = now.minus(Duration.ofDays(300)).minus(Duration.ofHours(3));
        int before = etcd.times;

        assertThat(takenWithin(Duration.ofHours(1))).isEqualTo(1);
        assertThat(etcd.times - before).as("whole databases").isEqualTo(1);
        assertThat(known(ClusterName.OF_SERVER))
                .as("the new one, and the newest of before")
                .extracting(id -> id.value().substring(0, 11))
                .containsExactly("20261029T02", "20261029T01", "20260102T00");

        assertThat(takenWithin(Duration.ofHours(2))).isEqualTo(2);
        assertThat(known(ClusterName.OF_SERVER))
                .extracting(id -> id.value().substring(0, 11))
                .containsExactly("20260102T02", "20260102T01", "20260102T00");
    }

    @Test
    void whatFailsIsTriedAgainAndLeavesNothing() {
        etcd.away = true;
        assertThat(catchThrowableOfType(ProblemException.class, () -> loop().turn())
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.SERVER_STORE_UNAVAILABLE);
        assertThat(known(ClusterName.OF_SERVER)).isEmpty();
        assertThat(directory.resolve("content/etcd-snapshots/.incoming")).isEmptyDirectory();
        etcd.away = false;
        assertThat(loop().turn()).isTrue();
    }
}
