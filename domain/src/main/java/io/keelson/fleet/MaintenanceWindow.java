package io.keelson.fleet;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * When nodes may be begun with; what was begun is brought to its end also afterwards. The length is real time: where clocks are
 * put forward or back meanwhile, it neither shrinks nor grows. A beginning that a clock leaps over is the moment after the leap
 * ({@link LocalDate#atTime} with a zone, {@code java.time.ZonedDateTime#ofLocal}).
 *
 * @param days on which it opens; at least one
 * @param opens on the clocks of that zone
 * @param length a minute to seven days
 */
public record MaintenanceWindow(Set<DayOfWeek> days, LocalTime opens, Duration length, ZoneId zone) {
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofDays(7);

    /** Beginnings that may matter lie from a longest window ago to a week ahead; a day more for the zone. */
    private static final int DAYS_BACK = 8;

    private static final int DAYS_AHEAD = 8;

    public MaintenanceWindow {
        days = Set.copyOf(days);
        if (days.isEmpty()) {
            throw new IllegalArgumentException("a maintenance window opens on one day of the week at least");
        }
        if (length.compareTo(LEAST) < 0 || length.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("a maintenance window is 1 minute to 7 days long, not " + length);
        }
    }

    /** Whether it is open then; at its very end it is not. */
    public boolean isOpen(Instant now) {
        return beginnings(now).anyMatch(begun -> !begun.isAfter(now) && now.isBefore(begun.plus(length)));
    }

    /** When it opens next, after that moment. */
    public Instant nextOpening(Instant now) {
        return beginnings(now)
                .filter(begun -> begun.isAfter(now))
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalStateException("a window that opens weekly does not open within a week"));
    }

    private Stream<Instant> beginnings(Instant now) {
        var today = now.atZone(zone).toLocalDate();
        return IntStream.rangeClosed(-DAYS_BACK, DAYS_AHEAD)
                .mapToObj(today::plusDays)
                .filter(day -> days.contains(day.getDayOfWeek()))
                .map(day -> day.atTime(opens).atZone(zone).toInstant());
    }
}
