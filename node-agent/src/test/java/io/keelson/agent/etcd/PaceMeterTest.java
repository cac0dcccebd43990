package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.MemberPace;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceMeterTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final PaceMeter meter = new PaceMeter();

    /** So many quick and slow ones of each, counted since the member started. */
    private static Optional<MetricsPage> page(int quick, int slow) {
        var text = new StringBuilder("# HELP etcd_disk_wal_fsync_duration_seconds fsync\nother_bucket{le=\"1\"} 5\n");
        for (var name : new String[] {
            "etcd_disk_wal_fsync_duration_seconds_bucket{le=",
            "etcd_server_apply_duration_seconds_bucket{op=\"Put\",success=\"true\",version=\"v3\",le=",
            "etcd_network_peer_round_trip_time_seconds_bucket{To=\"b\",le=",
        }) {
            text.append(name).append("\"0.001\"} ").append(quick).append('\n');
            text.append(name).append("\"0.256\"} ").append(quick).append('\n');
            text.append(name).append("\"0.512\"} ").append(quick + slow).append('\n');
            text.append(name).append("\"+Inf\"} ").append(quick + slow).append('\n');
        }
        text.append("etcd_network_peer_round_trip_time_seconds_bucket{To=\"c\",le=\"0.001\"} 0\n")
                .append("etcd_network_peer_round_trip_time_seconds_bucket{To=\"c\",le=\"0.002\"} ")
                .append(quick + slow)
                .append('\n');
        return Optional.of(MetricsPage.parse(text.toString()));
    }

    @Test
    void tellsWhatOneOfAHundredOfTheLastMinuteTookAtLeast() {
        assertThat(meter.after(page(1000, 1000), 0))
                .as("of one page nothing is known")
                .isEmpty();
        assertThat(meter.after(page(1500, 1000), MINUTE / 2))
                .as("half a minute")
                .isEmpty();

        assertThat(meter.after(page(2000, 1000), MINUTE))
                .contains(new MemberPace(Duration.ZERO, Duration.ZERO, Duration.ZERO));
        assertThat(meter.after(page(2000, 1000), 3 * MINUTE / 2))
                .as("500 since")
                .isEqualTo(Optional.of(new MemberPace(Duration.ZERO, Duration.ZERO, Duration.ZERO)));

        var slow = meter.after(page(2080, 1020), 2 * MINUTE).orElseThrow();
        assertThat(slow.fsync()).isEqualTo(Duration.ofMillis(256));
        assertThat(slow.apply()).isEqualTo(Duration.ofMillis(256));
        assertThat(slow.peer())
                .as("to the nearest: it is not its fault that another one is slow")
                .isEqualTo(Duration.ofMillis(1));
        assertThat(slow.slow()).isTrue();
    }

    @Test
    void aMemberThatIsSoSlowThatItHardlyWritesIsJudged() {
        var name = "etcd_disk_wal_fsync_duration_seconds_";
        meter.after(Optional.of(MetricsPage.parse(name + "sum 0\n" + name + "bucket{le=\"+Inf\"} 0")), 0);
        var now = MetricsPage.parse(
                name + "sum 58.5\n" + name + "bucket{le=\"1.024\"} 0\n" + name + "bucket{le=\"+Inf\"} 30");
        assertThat(meter.after(Optional.of(now), MINUTE).orElseThrow().slow()).isTrue();
    }

    @Test
    void aMemberThatHardlyWritesIsNotJudged() {
        meter.after(page(0, 0), 0);
        assertThat(meter.after(page(0, 49), MINUTE)).isEmpty();
        assertThat(meter.after(page(0, 100), 2 * MINUTE)).isPresent();
    }

    @Test
    void aMemberThatStartedAnewBeginsAnew() {
        meter.after(page(1000, 0), 0);
        assertThat(meter.after(Optional.empty(), MINUTE / 2)).isEmpty();
        assertThat(meter.after(page(2000, 0), MINUTE)).isEmpty();
        assertThat(meter.after(page(3000, 0), 2 * MINUTE)).isPresent();
        assertThat(meter.after(page(10, 0), 3 * MINUTE))
                .as("counters that went back")
                .isEmpty();
    }

    @Test
    void slowerThanEveryBoundIsSlow() {
        var name = "etcd_disk_wal_fsync_duration_seconds_bucket{le=";
        var before = MetricsPage.parse(name + "\"8.192\"} 0\n" + name + "\"+Inf\"} 0");
        var now = MetricsPage.parse(name + "\"8.192\"} 0\n" + name + "\"+Inf\"} 100");
        meter.after(Optional.of(before), 0);
        assertThat(meter.after(Optional.of(now), MINUTE).orElseThrow().slow()).isTrue();
    }

    @Test
    void whatIsNoNumberIsUnknown() {
        var page = MetricsPage.parse("""
                etcd_server_quota_backend_bytes many
                etcd_disk_wal_fsync_duration_seconds_bucket{le="x"} 1
                etcd_disk_wal_fsync_duration_seconds_bucket{le="1"} x
                etcd_disk_wal_fsync_duration_seconds_bucket{} 1
                etcd_disk_wal_fsync_duration_seconds_bucket{le="1
                """);
        assertThat(page.quotaBytes()).isEmpty();
        assertThat(page.fsync().count()).isZero();
    }
}
