package io.keelson.agent.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.fleet.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One line of the journal: eight hexadecimal digits of CRC-32C (RFC 3720, appendix B.4) over the JSON's bytes, a space, the JSON,
 * a line feed. JSON escapes line feeds, so that a line feed always ends a line.
 */
final class JournalLine {
    static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 4_000;

    private JournalLine() {}

    static byte[] encode(JournalEntry entry) {
        var json = json(entry);
        return (crc(json) + " " + json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if the line (without its line feed) is not what {@link #encode} writes */
    static JournalEntry decode(String line) {
        if (line.length() < 10 || line.charAt(8) != ' ') {
            throw new IllegalArgumentException("no checksum");
        }
        var json = line.substring(9);
        if (!crc(json).equals(line.substring(0, 8))) {
            throw new IllegalArgumentException("checksum differs");
        }
        try {
            return entry(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static String crc(String json) {
        var crc = new CRC32C();
        crc.update(json.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }

    private static String json(JournalEntry entry) {
        var node =
                JSON.createObjectNode().put("v", VERSION).put("at", entry.at().toString());
        switch (entry) {
            case JournalEntry.Base e -> base(node, e);
            case JournalEntry.Begun e ->
                node.put("kind", "begun").put("revision", e.revision().value());
            case JournalEntry.Skipped e -> step(node, "skipped", e.step()).put("evidence", bounded(e.evidence()));
            case JournalEntry.Started e -> step(node, "started", e.step()).put("gap", bounded(e.gap()));
            case JournalEntry.Done e -> step(node, "done", e.step()).put("evidence", bounded(e.evidence()));
            case JournalEntry.Halted e ->
                step(node, "halted", e.step()).put("code", e.code()).put("what", bounded(e.what()));
            case JournalEntry.Converged e ->
                node.put("kind", "converged").put("revision", e.revision().value());
        }
        return node.toString();
    }

    private static void base(ObjectNode node, JournalEntry.Base base) {
        node.put("kind", "base")
                .put("revision", base.revision().value())
                .put("converged", base.converged().value());
        var ours = node.putArray("ours");
        base.ours().forEach(step -> ours.add(step.value()));
        var tries = node.putObject("tries");
        base.tries().entrySet().stream()
                .sorted(Map.Entry.comparingByKey((a, b) -> a.value().compareTo(b.value())))
                .forEach(e -> tries.put(e.getKey().value(), e.getValue()));
    }

    private static ObjectNode step(ObjectNode node, String kind, StepId step) {
        return node.put("kind", kind).put("step", step.value());
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    private static JournalEntry entry(JsonNode node) {
        long version = number(node, "v");
        if (version != VERSION) {
            throw new IllegalArgumentException("version " + version + ", this agent reads version " + VERSION);
        }
        var at = instant(text(node, "at"));
        var kind = text(node, "kind");
        return switch (kind) {
            case "base" -> base(node, at);
            case "begun" -> new JournalEntry.Begun(at, revision(node, "revision"));
            case "skipped" -> new JournalEntry.Skipped(at, step(node), text(node, "evidence"));
            case "started" -> new JournalEntry.Started(at, step(node), text(node, "gap"));
            case "done" -> new JournalEntry.Done(at, step(node), text(node, "evidence"));
            case "halted" -> new JournalEntry.Halted(at, step(node), text(node, "code"), text(node, "what"));
            case "converged" -> new JournalEntry.Converged(at, revision(node, "revision"));
            default -> throw new IllegalArgumentException("unknown kind '" + kind + "'");
        };
    }

    private static JournalEntry.Base base(JsonNode node, Instant at) {
        List<StepId> ours = new ArrayList<>();
        node.path("ours").forEach(step -> ours.add(new StepId(step.asText())));
        Map<StepId, Integer> tries = new HashMap<>();
        node.path("tries")
                .properties()
                .forEach(e -> tries.put(new StepId(e.getKey()), e.getValue().asInt()));
        return new JournalEntry.Base(at, revision(node, "revision"), revision(node, "converged"), ours, tries);
    }

    private static StepId step(JsonNode node) {
        return new StepId(text(node, "step"));
    }

    private static Revision revision(JsonNode node, String field) {
        return new Revision(number(node, field));
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException("not a time: '" + text + "'", e);
        }
    }

    private static String text(JsonNode node, String field) {
        if (!node.path(field).isTextual()) {
            throw new IllegalArgumentException("no text '" + field + "'");
        }
        return node.path(field).textValue();
    }

    private static long number(JsonNode node, String field) {
        if (!node.path(field).isIntegralNumber()) {
            throw new IllegalArgumentException("no number '" + field + "'");
        }
        return node.path(field).longValue();
    }
}
