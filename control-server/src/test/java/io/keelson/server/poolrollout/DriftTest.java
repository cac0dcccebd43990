package io.keelson.server.poolrollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.HostId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final HostId W1 = new HostId("w-1");
    private static final HostId W2 = new HostId("w-2");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Instant START = Instant.parse("2026-11-27T08:00:00Z");

    private final Drift drift = new Drift();

    @Test
    void lastsFromItsLimitOnWithoutABreak() {
        assertThat(drift.lasts(W1, true, START, LIMIT)).isFalse();
        assertThat(drift.lasts(W1, true, START.plusSeconds(119), LIMIT)).isFalse();
        assertThat(drift.lasts(W1, true, START.plusSeconds(120), LIMIT)).isTrue();
        assertThat(drift.lasts(W1, false, START.plusSeconds(121), LIMIT)).isFalse();
        assertThat(drift.lasts(W1, true, START.plusSeconds(240), LIMIT)).isFalse();
        assertThat(drift.lasts(W1, true, START.plusSeconds(360), LIMIT)).isTrue();
    }

    @Test
    void isOfEachHostForItself() {
        assertThat(drift.lasts(W1, true, START, LIMIT)).isFalse();
        assertThat(drift.lasts(W2, true, START.plusSeconds(60), LIMIT)).isFalse();
        assertThat(drift.lasts(W1, true, START.plusSeconds(120), LIMIT)).isTrue();
        assertThat(drift.lasts(W2, true, START.plusSeconds(120), LIMIT)).isFalse();
    }
}
