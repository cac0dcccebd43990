package io.keelson.lab.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How long a host's installation took, step by step, from the events that its agent reported.
 *
 * @param whole from the first step's beginning to convergence
 */
record Timeline(String host, List<Entry> entries, Duration whole) {
    private static final Pattern EVENT = Pattern.compile(
            "\"time\" *: *\"([^\"]+)\",.*?\"subject\" *: *\"([^\"]+)\",\\s*\"phase\" *: *\"(\\w+)\".*?"
                    + "\"elapsedMillis\" *: *(\\d+),\\s*\"transferMillis\" *: *(\\d+),\\s*\"waitMillis\" *: *(\\d+)",
            Pattern.DOTALL);

    Timeline {
        entries = List.copyOf(entries);
    }

    /** One step. @param own neither moving bytes nor waiting for a process that the step has started */
    record Entry(String step, Duration elapsed, Duration transfer, Duration waiting) {
        Duration own() {
            return elapsed.minus(transfer).minus(waiting);
        }
    }

    /** Reads what {@code keelson events host NAME -o json} prints. */
    static Timeline of(String host, String json) {
        var entries = new ArrayList<Entry>();
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        var events = EVENT.matcher(json);
        while (events.find()) {
            var at = Instant.parse(events.group(1));
            var entry = new Entry(
                    events.group(2), millis(events.group(4)), millis(events.group(5)), millis(events.group(6)));
            switch (events.group(3)) {
                case "DONE", "SKIPPED" -> {
                    entries.add(entry);
                    var begun = at.minus(entry.elapsed());
                    first = begun.isBefore(first) ? begun : first;
                }
                case "CONVERGED" -> last = at.isAfter(last) && last.equals(Instant.MIN) ? at : last;
                default -> {
                    // Progress and beginnings carry no time of their own.
                }
            }
        }
        if (entries.isEmpty() || last.equals(Instant.MIN)) {
            throw new IllegalArgumentException("host " + host + " has no finished installation among its events");
        }
        return new Timeline(host, entries, Duration.between(first, last));
    }

    Duration own() {
        return entries.stream().map(Entry::own).reduce(Duration.ZERO, Duration::plus);
    }

    /** What Keelson itself adds, in percent of the whole. */
    double ownPercent() {
        return 100.0 * own().toMillis() / whole.toMillis();
    }

    private static Duration millis(String text) {
        return Duration.ofMillis(Long.parseLong(text));
    }
}
