package io.keelson.server.api.manifest;

import io.keelson.fleet.MaintenanceWindow;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A maintenance window: each day and in UTC, unless it says otherwise. */
final class WindowReader {
    private static final ZoneId UTC = ZoneId.of("UTC");

    static final List<String> FIELDS = List.of("days", "opens", "length", "timeZone");

    private WindowReader() {}

    static Optional<MaintenanceWindow> read(YamlObject window) {
        boolean everyDay = !window.has("days");
        List<DayOfWeek> days = everyDay
                ? List.of(DayOfWeek.values())
                : window.values("days", text -> Choice.of(DayOfWeek.values(), text));
        var opens = window.value("opens", WindowReader::time);
        var length = window.value("length", WindowReader::length);
        var zone = window.value("timeZone", WindowReader::zone, UTC);
        if (opens.isEmpty() || length.isEmpty() || zone.isEmpty()) {
            return Optional.empty();
        }
        if (days.isEmpty()) {
            window.refuse("days", "a window opens on one day of the week at least", "Name a day, or leave it out.");
            return Optional.empty();
        }
        return Optional.of(new MaintenanceWindow(EnumSet.copyOf(days), opens.get(), length.get(), zone.get()));
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time such as 22:30: '" + text + "'", e);
        }
    }

    private static Duration length(String text) {
        return new MaintenanceWindow(Set.of(DayOfWeek.MONDAY), LocalTime.MIDNIGHT, NodePoolReader.duration(text), UTC)
                .length();
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time zone such as Europe/Berlin: '" + text + "'", e);
        }
    }
}
