package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.MemoryHost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GrowthMeterTest {
    private static final Path FILE = Path.of("/var/lib/etcd/growth.json");
    private static final Instant BEGIN = Instant.parse("2026-11-01T12:00:00Z");

    private final MemoryHost host = new MemoryHost();
    private GrowthMeter meter = new GrowthMeter(host, FILE);

    private Optional<Long> at(int minutes, long bytes) {
        return meter.bytesPerDay(BEGIN.plus(Duration.ofMinutes(minutes)), bytes);
    }

    @Test
    void tellsByHowMuchItGrowsADayOnceItHasSeenAnHour() {
        for (int minute = 0; minute < 60; minute += 5) {
            assertThat(at(minute, 1000 + minute)).as("minute %d", minute).isEmpty();
        }
        assertThat(at(60, 1060)).contains(24L * 60);
        assertThat(at(61, 9_999_999)).as("between two samples").contains(24L * 60);
    }

    @Test
    void anAgentThatStartsAnewKnowsWhatWasSeen() {
        at(0, 500);
        at(30, 400);
        meter = new GrowthMeter(host, FILE);
        assertThat(at(60, 300)).contains(-200L * 24);
    }

    @Test
    void onlyTheLastDayCounts() {
        at(0, 1_000_000);
        for (int minute = 60; minute <= 26 * 60; minute += 60) {
            at(minute, 100);
        }
        assertThat(at(27 * 60, 100)).contains(0L);
        assertThat(new String(host.files().read(FILE).orElseThrow())).doesNotContain("1000000");
    }

    @Test
    void aClockThatGoesBackAndAFileThatDoesNotReadBeginAnew() {
        at(0, 100);
        at(60, 200);
        assertThat(at(59, 300)).isEmpty();
        for (var broken :
                new String[] {"", "{}", "[]", "{\"v\":2,\"samples\":[]}", "{\"v\":1,\"samples\":[{}]}", "x"}) {
            host.files().put(FILE.toString(), broken);
            meter = new GrowthMeter(host, FILE);
            assertThat(at(600, 300)).as(broken).isEmpty();
        }
    }
}
