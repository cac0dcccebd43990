package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static MaintenanceWindow window(String opens, Duration length, ZoneId zone, DayOfWeek... days) {
        return new MaintenanceWindow(Set.of(days), LocalTime.parse(opens), length, zone);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-28T20:59:59Z, false",
        "2026-11-28T21:00:00Z, true",
        "2026-11-29T02:59:59Z, true",
        "2026-11-29T03:00:00Z, false",
        "2026-11-27T22:00:00Z, false",
    })
    void isOpenOverMidnightOnTheClocksOfItsZone(Instant now, boolean open) {
        var saturdays = window("22:00", Duration.ofHours(6), BERLIN, DayOfWeek.SATURDAY);
        assertThat(saturdays.isOpen(now)).isEqualTo(open);
    }

    @Test
    void aBeginningThatClocksLeapOverIsTheMomentAfterTheLeap() {
        // 2027-03-28, 02:00 becomes 03:00 there.
        var window = window("02:30", Duration.ofHours(1), BERLIN, DayOfWeek.SUNDAY);
        assertThat(window.isOpen(Instant.parse("2027-03-28T01:29:59Z"))).isFalse();
        assertThat(window.isOpen(Instant.parse("2027-03-28T01:30:00Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2027-03-28T02:30:00Z"))).isFalse();
    }

    @Test
    void isAsLongAsItSaysWhereClocksArePutBackMeanwhile() {
        // 2026-10-25, 03:00 becomes 02:00 there.
        var window = window("01:00", Duration.ofHours(3), BERLIN, DayOfWeek.SUNDAY);
        assertThat(window.isOpen(Instant.parse("2026-10-24T23:00:00Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-10-25T01:59:59Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-10-25T02:00:00Z"))).isFalse();
    }

    @Test
    void aWeekLongOneNeverCloses() {
        var always = window("00:00", Duration.ofDays(7), BERLIN, DayOfWeek.MONDAY);
        for (int hour = 0; hour < 24 * 14; hour++) {
            assertThat(always.isOpen(Instant.parse("2026-11-01T00:00:00Z").plus(Duration.ofHours(hour))))
                    .isTrue();
        }
    }

    @Test
    void saysWhenItOpensNext() {
        var window = window("22:00", Duration.ofHours(6), BERLIN, DayOfWeek.SATURDAY, DayOfWeek.WEDNESDAY);
        assertThat(window.nextOpening(Instant.parse("2026-11-28T20:59:59Z")))
                .isEqualTo(Instant.parse("2026-11-28T21:00:00Z"));
        assertThat(window.nextOpening(Instant.parse("2026-11-28T21:00:00Z")))
                .isEqualTo(Instant.parse("2026-12-02T21:00:00Z"));
    }

    @Test
    void somethingThatNeverOpensOrNeverEndsIsNone() {
        assertThatThrownBy(() -> new MaintenanceWindow(
                        EnumSet.noneOf(DayOfWeek.class), LocalTime.NOON, Duration.ofHours(1), BERLIN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> window("12:00", Duration.ofSeconds(59), BERLIN, DayOfWeek.MONDAY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> window("12:00", Duration.ofDays(8), BERLIN, DayOfWeek.MONDAY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
