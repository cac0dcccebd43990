package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private Instant wall = Instant.parse("2026-11-01T12:00:00Z");
    private final AtomicLong nanos = new AtomicLong(77);
    private final ServerClock clock = new ServerClock(() -> wall, nanos::get);

    @Test
    void knowsNothingBeforeTheFirstWelcome() {
        assertThat(clock.hostAhead()).isEmpty();
    }

    @Test
    void saysHowFarTheHostIsAheadWhileBothClocksGoOn() {
        clock.read(wall.minusSeconds(3600).toEpochMilli());
        passes(Duration.ofMinutes(20));
        assertThat(clock.hostAhead()).hasValue(Duration.ofHours(1));
    }

    @Test
    void noticesAWallClockThatIsMovedAfterTheWelcome() {
        clock.read(wall.toEpochMilli());
        passes(Duration.ofMinutes(20));
        wall = wall.minus(Duration.ofHours(2));
        assertThat(clock.hostAhead()).hasValue(Duration.ofHours(-2));
    }

    private void passes(Duration time) {
        wall = wall.plus(time);
        nanos.addAndGet(time.toNanos());
    }
}
