package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.NodeName;
import io.keelson.fleet.SnapshotPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTurnTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static boolean due(Instant now, int index, List<Instant> taken) {
        return SnapshotTurn.due(now, HOUR, index, 3, taken);
    }

    /** Of the member to which the slot at the start belongs. */
    private static int own() {
        int own = 0;
        while (!due(START, own, List.of())) {
            own++;
        }
        return own;
    }

    @Test
    void membersTakeTurnsAndNobodyComesTwice() {
        var taken = new ArrayList<List<Instant>>();
        for (int index = 0; index < 3; index++) {
            taken.add(new ArrayList<>());
        }
        int all = 0;
        for (var now = START; now.isBefore(START.plus(Duration.ofHours(30))); now = now.plusSeconds(60)) {
            int at = 0;
            for (int index = 0; index < 3; index++) {
                if (due(now, index, taken.get(index))) {
                    taken.get(index).add(now);
                    at++;
                }
            }
            assertThat(at).isLessThanOrEqualTo(1);
            all += at;
        }
        assertThat(all).isEqualTo(30);
    }

    @Test
    void aMemberThatWasAwayTakesItLaterInItsSlot() {
        var before = List.of(START.minusSeconds(1));
        assertThat(due(START.plusSeconds(3599), own(), before)).isTrue();
        assertThat(due(START.plusSeconds(3600), own(), before)).isFalse();
        assertThat(due(START.plusSeconds(10), own(), List.of(START))).isFalse();
    }

    @Test
    void aSnapshotFromTheFutureKeepsNoneFromBeingTaken() {
        assertThat(due(START, own(), List.of(START.plusSeconds(5)))).isTrue();
    }

    @Test
    void afterAClockWasSetBackOneIsTakenInASlotAndNotOneWithEachLook() {
        var taken = new ArrayList<>(List.of(START.plus(Duration.ofDays(400))));
        for (var now = START; now.isBefore(START.plus(HOUR)); now = now.plusSeconds(5)) {
            if (due(now, own(), taken)) {
                taken.add(now);
            }
        }
        assertThat(taken).hasSize(2);
    }

    @Test
    void hostsKeepTheirShareAndTwoAtLeast() {
        assertThat(SnapshotTurn.kept(SnapshotPolicy.STANDARD, 3)).isEqualTo(8);
        assertThat(SnapshotTurn.kept(new SnapshotPolicy(HOUR, 25, HOUR), 3)).isEqualTo(9);
        assertThat(SnapshotTurn.kept(new SnapshotPolicy(HOUR, 1, HOUR), 5)).isEqualTo(2);
    }

    @Test
    void namesAreOfASecondAndAMemberAndOfNothingElse() {
        var id = SnapshotId.of(START, new NodeName("cp-a"));
        assertThat(id.value()).isEqualTo("20260101T000000Z-cp-a");
        for (var hostile : new String[] {"", "../x", "20260101T000000Z-../x", "20260101T000000Z-a/b", "x" + id}) {
            assertThatThrownBy(() -> new SnapshotId(hostile)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
