package io.keelson.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Something that happened, for people.
 *
 * @param at when
 * @param source the host that reported it, or the server
 * @param subject the step or object that it is about
 * @param took how long; of that, moving bytes and waiting for a started process
 */
public record EventLine(
        Instant at,
        String source,
        String subject,
        String phase,
        String detail,
        Duration took,
        Duration transferring,
        Duration waiting,
        long revision) {
    /** The headers of {@link #cells}. */
    public static List<String> headers() {
        return List.of("AGE", "SOURCE", "SUBJECT", "PHASE", "TOOK", "DETAIL");
    }

    /** The event as a row of a table. */
    public List<String> cells(Instant now) {
        return List.of(DurationText.of(Duration.between(at, now)), source, subject, phase, duration(), detail);
    }

    /** {@code 12s}, with what it was spent on where that is known. */
    public String duration() {
        if (took.isZero()) {
            return "";
        }
        var text = new StringBuilder(DurationText.of(took));
        if (!transferring.isZero()) {
            text.append(", transfer ").append(DurationText.of(transferring));
        }
        if (!waiting.isZero()) {
            text.append(", wait ").append(DurationText.of(waiting));
        }
        return text.toString();
    }

    /** The event on one line, without its time. */
    public String text() {
        var spent = duration();
        return source + ": " + subject + " " + phase + (spent.isEmpty() ? "" : " (" + spent + ")")
                + (detail.isBlank() ? "" : ": " + detail.strip().replace('\n', ' '));
    }
}
