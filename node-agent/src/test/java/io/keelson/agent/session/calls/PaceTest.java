package io.keelson.agent.session.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong time = new AtomicLong(-5);
    private final Pace pace = new Pace(time::get);

    @Test
    void givesUpAStreamOfOneByteInASecondAfterAMinute() {
        assertThat(secondsUntilGivenUp(1)).isEqualTo(60);
    }

    @Test
    void givesUpAStreamOfNothingAfterAMinute() {
        assertThat(secondsUntilGivenUp(0)).isEqualTo(60);
    }

    @Test
    void waitsForASlowStreamAsLongAsItKeepsItsPace() {
        for (int second = 0; second < 10_000; second++) {
            time.addAndGet(SECOND);
            assertThat(pace.holdsWith(Pace.LEAST_BYTES / 60 + 1)).isTrue();
        }
    }

    @Test
    void doesNotLetAFastBeginningPayForASlowEnd() {
        assertThat(pace.holdsWith(1L << 30)).isTrue();
        time.addAndGet(60 * SECOND);
        assertThat(pace.holdsWith(0)).isTrue();

        assertThat(secondsUntilGivenUp(1)).isEqualTo(60);
    }

    private int secondsUntilGivenUp(long bytes) {
        int seconds = 0;
        do {
            time.addAndGet(SECOND);
            seconds++;
        } while (pace.holdsWith(bytes));
        return seconds;
    }
}
