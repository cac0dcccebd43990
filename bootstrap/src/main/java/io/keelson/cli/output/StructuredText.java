package io.keelson.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Structured values as JSON and YAML text, in the order in which the server wrote their fields. */
public final class StructuredText {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private StructuredText() {}

    /**
     * Reads JSON.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A value as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** Indented JSON with a line break at its end. */
    public static String json(JsonNode value) {
        return value.toPrettyString() + "\n";
    }

    /** Block YAML with a line break at its end. */
    public static String yaml(JsonNode value) {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return new Yaml(options).dump(MAPPER.convertValue(value, Object.class));
    }
}
