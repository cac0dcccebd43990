package io.keelson.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A resource as the server shows it.
 *
 * @param kind such as {@code Host}
 * @param body with apiVersion, kind, metadata, spec and status
 */
public record Resource(String kind, String name, JsonNode body) {
    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if the text is no JSON
     */
    public static Resource parse(String kind, String name, String json) {
        return new Resource(kind, name, StructuredText.parse(json));
    }

    /** {@code host/cp-a}. */
    public String reference() {
        return kind.toLowerCase(Locale.ROOT) + "/" + name;
    }

    /**
     * The text of a field; empty if there is none.
     *
     * @param path such as {@code status.phase}
     */
    public Optional<String> field(String path) {
        var at = body;
        for (var part : path.split("\\.", -1)) {
            at = part.matches("\\d+") && at.isArray() ? at.path(Integer.parseInt(part, 10)) : at.path(part);
        }
        return at.isMissingNode() || at.isNull()
                ? Optional.empty()
                : Optional.of(at.isValueNode() ? at.asText() : at.toString());
    }

    /** Everything that the resource's conditions say, in the server's order. */
    public List<Condition> conditions() {
        var conditions = new ArrayList<Condition>();
        for (var node : body.path("status").path("conditions")) {
            conditions.add(new Condition(
                    node.path("type").asText(),
                    node.path("status").asText(),
                    node.path("reason").asText(),
                    node.path("message").asText(),
                    node.path("lastTransitionTime").asText()));
        }
        return conditions;
    }

    /** The condition of that type, whatever its case. */
    public Optional<Condition> condition(String type) {
        return conditions().stream()
                .filter(condition -> condition.type().equalsIgnoreCase(type))
                .findFirst();
    }

    /**
     * One thing that is so, is not so, or is not known.
     *
     * @param status True, False or Unknown
     * @param since when that became so, RFC 3339; empty if not said
     */
    public record Condition(String type, String status, String reason, String message, String since) {}
}
