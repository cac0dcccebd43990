package io.keelson.cli.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.Resource;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.GetPoolResponse;
import java.io.PrintWriter;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A pool on one screen. */
final class PoolPage {
    private static final int MINUTES_UP_TO = 120;

    private final GetPoolResponse answer;
    private final Resource pool;

    PoolPage(GetPoolResponse answer) {
        this.answer = answer;
        this.pool = Resource.parse(
                answer.getPool().getKind(),
                answer.getPool().getName(),
                answer.getPool().getJson());
    }

    boolean atRest() {
        return answer.getAtRest();
    }

    boolean failed() {
        return answer.getFailed();
    }

    List<PoolRow> rows() {
        return StreamSupport.stream(pool.body().at("/status/hosts").spliterator(), false)
                .map(PoolRow::of)
                .toList();
    }

    String wantedLevel() {
        return field("spec.osLevel").orElse("");
    }

    /** The resource as the server shows it, with what is to be expected of it. */
    JsonNode structured() {
        var body = pool.body().deepCopy();
        if (body instanceof ObjectNode fields) {
            var outlook = fields.putObject("outlook").put("atRest", atRest()).put("failed", failed());
            if (answer.hasRemainingMinutes()) {
                outlook.put("remainingMinutes", answer.getRemainingMinutes());
            }
        }
        return body;
    }

    void write(PrintWriter out, boolean wide, Instant now) {
        out.println(wish());
        windows().ifPresent(out::println);
        out.println(doing());
        var headers = new ArrayList<>(List.of("HOST", "ZONE", "STAGE", "SINCE", "OS-LEVEL", "WAITS-FOR"));
        if (wide) {
            headers.addAll(List.of("JOINED", "WHY"));
        }
        var table = new TextTable(headers);
        for (var row : rows()) {
            var cells = new ArrayList<>(List.of(
                    row.host(),
                    row.zone(),
                    row.stage(),
                    PoolRow.age(row.since(), now),
                    row.level(wantedLevel()),
                    row.remark()));
            if (wide) {
                cells.addAll(List.of(PoolRow.age(row.joined(), now), row.why()));
            }
            table.row(cells);
        }
        table.write(out, "");
        out.println(counts() + expected());
        out.flush();
    }

    private String wish() {
        return "node pool " + pool.name() + " of cluster "
                + field("spec.cluster").orElse("") + ": "
                + field("spec.size").orElse("0") + " nodes, OS level "
                + field("spec.osLevel").orElse("any") + ", strategy "
                + field("spec.strategy").orElse("") + ", at most "
                + field("spec.maxUnavailable").orElse("1") + " away at once";
    }

    private Optional<String> windows() {
        var windows = StreamSupport.stream(
                        pool.body().at("/spec/maintenanceWindows").spliterator(), false)
                .map(PoolPage::window)
                .collect(Collectors.joining("; "));
        return windows.isEmpty() ? Optional.empty() : Optional.of("begins something only " + windows);
    }

    private static String window(JsonNode window) {
        var named = window.path("days");
        var days = named.size() == DayOfWeek.values().length
                ? "daily"
                : StreamSupport.stream(named.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(", "));
        return days + " from " + window.path("opens").asText() + " for " + length(window) + " ("
                + window.path("timeZone").asText() + ")";
    }

    private static String length(JsonNode window) {
        var written = window.path("length").asText();
        try {
            return DurationText.of(Duration.parse(written));
        } catch (java.time.format.DateTimeParseException e) {
            return written; // of a newer server
        }
    }

    /** What it does, or why it holds. */
    String doing() {
        var pause = field("status.pause");
        if (pause.isPresent()) {
            return pause.get() + ", and begins nothing" + moving();
        }
        var holds = field("status.holds");
        if (holds.isPresent()) {
            return "holds: " + holds.get();
        }
        if (field("status.phase").filter("Holding"::equals).isPresent()) {
            return "holds: "
                    + pool.condition("Progressing")
                            .map(Resource.Condition::message)
                            .orElse("");
        }
        if (atRest()) {
            return "has nothing to do";
        }
        return switch (field("status.phase").orElse("")) {
            case "Deleting" -> "is being deleted";
            case "Replacing" -> "is at work on its hosts";
            default -> "is about to begin";
        };
    }

    private String moving() {
        return field("status.phase").filter("Replacing"::equals).isPresent()
                ? "; what is begun is brought to its end"
                : "";
    }

    /** The numbers. */
    String counts() {
        var wanted = wantedLevel();
        return (wanted.isEmpty() ? "" : field("status.hostsAtLevel").orElse("0") + " hosts at " + wanted + ", ")
                + field("status.nodesServing").orElse("0") + " nodes serve, "
                + field("status.spares").orElse("0") + " spare, "
                + field("status.failed").orElse("0") + " failed";
    }

    /** What is to be expected; begins with a separator, or is empty. */
    String expected() {
        if (answer.hasRemainingMinutes()) {
            int minutes = answer.getRemainingMinutes();
            return "; all as wanted in about "
                    + (minutes < MINUTES_UP_TO ? minutes + " min" : DurationText.of(Duration.ofMinutes(minutes)));
        }
        return atRest() || doing().startsWith("holds") || field("status.pause").isPresent()
                ? ""
                : "; how long it takes is not known";
    }

    /** The host that has failed first in the list, if one has. */
    Optional<String> failedHost() {
        return rows().stream()
                .filter(row -> row.stage().equals("failed"))
                .map(PoolRow::host)
                .findFirst();
    }

    private Optional<String> field(String path) {
        return pool.field(path);
    }
}
