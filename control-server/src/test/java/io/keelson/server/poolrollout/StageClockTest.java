package io.keelson.server.poolrollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.Stage;
import io.keelson.server.pool.PoolRecord;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StageClockTest {
    private static final Instant BEGAN = Instant.parse("2026-11-28T12:00:00Z");

    private final StageClock clock = new StageClock();
    private final PoolRecord patching = record(BEGAN);

    private static PoolRecord record(Instant since) {
        return PoolRecord.taken(new HostId("w-1"), new PoolName("p"), Stage.PATCHING, since, "it is empty");
    }

    private Duration spent(PoolRecord record, boolean counts, Instant now) {
        return Duration.between(clock.looked(record, counts, now), now);
    }

    @Test
    void countsWhatItSeesAndNothingBefore() {
        var now = BEGAN.plus(Duration.ofDays(1));
        assertThat(spent(patching, true, now)).isZero();
        assertThat(spent(patching, true, now.plusSeconds(10))).hasSeconds(10);
        assertThat(spent(patching, true, now.plusSeconds(70))).hasSeconds(70);
    }

    @Test
    void timeInWhichNobodyLookedOrItWasNotTheHostsFaultIsNotHeldAgainstIt() {
        assertThat(spent(patching, true, BEGAN)).isZero();
        assertThat(spent(patching, true, BEGAN.plusSeconds(30))).hasSeconds(30);
        assertThat(spent(patching, false, BEGAN.plusSeconds(60))).hasSeconds(30);
        var woken = BEGAN.plus(Duration.ofHours(9));
        assertThat(spent(patching, true, woken)).as("this server stood still").hasSeconds(30);
        assertThat(spent(patching, true, woken.plusSeconds(5))).hasSeconds(35);
        assertThat(spent(patching, true, woken.minusSeconds(5)))
                .as("a clock set back")
                .hasSeconds(35);
    }

    @Test
    void anotherStayBeginsAnew() {
        assertThat(spent(patching, true, BEGAN)).isZero();
        assertThat(spent(patching, true, BEGAN.plusSeconds(30))).hasSeconds(30);
        assertThat(spent(record(BEGAN.plusSeconds(31)), true, BEGAN.plusSeconds(40)))
                .isZero();
    }
}
