package io.keelson.cli.pool;

import com.fasterxml.jackson.databind.JsonNode;
import io.keelson.cli.output.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/**
 * One host of a pool; what is not known is empty.
 *
 * @param since when it came to its stage, RFC 3339
 * @param waits for what, in a clause
 * @param why it came to its stage
 */
record PoolRow(
        String host, String zone, String stage, String since, String level, String waits, String why, String joined) {
    static PoolRow of(JsonNode host) {
        return new PoolRow(
                host.path("host").asText(),
                host.path("zone").asText(),
                host.path("stage").asText(),
                host.path("since").asText(),
                host.path("osLevel").asText(),
                host.path("waitsFor").asText(),
                host.path("why").asText(),
                host.path("joined").asText());
    }

    /** What a person has to know of it besides its stage. */
    String remark() {
        return switch (stage) {
            case "failed" -> waits.isEmpty() ? why : why + "; " + waits;
            case "notTaken" -> why;
            default -> waits;
        };
    }

    /** Its level, with the one that is wanted if that is another. */
    String level(String wanted) {
        if (wanted.isEmpty() || wanted.equals(level) || stage.equals("notTaken")) {
            return level;
        }
        return (level.isEmpty() ? "unknown" : level) + ", wanted " + wanted;
    }

    static String age(String time, Instant now) {
        try {
            return DurationText.of(Duration.between(Instant.parse(time), now));
        } catch (DateTimeException e) {
            return "";
        }
    }
}
