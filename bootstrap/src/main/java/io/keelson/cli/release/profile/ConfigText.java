package io.keelson.cli.release.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Writes configuration in the form that a file's name asks for: {@code .yaml}, {@code .toml}, {@code .conflist} (JSON).
 * Every text is quoted, so that what a placeholder brings can never be read as a number or a boolean.
 */
final class ConfigText {
    private static final Pattern BARE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

    private ConfigText() {}

    static String of(String file, ObjectNode tree) {
        if (file.endsWith(".toml")) {
            return toml(tree);
        }
        if (file.endsWith(".yaml")) {
            return yaml(tree);
        }
        return tree.toPrettyString() + "\n";
    }

    private static String yaml(ObjectNode tree) {
        var text = new StringBuilder();
        yamlFields(text, tree, "");
        return text.toString();
    }

    private static void yamlFields(StringBuilder text, ObjectNode tree, String indent) {
        tree.properties().forEach(field -> {
            text.append(indent).append(key(field.getKey())).append(':');
            yamlValue(text, field.getValue(), indent);
        });
    }

    private static void yamlValue(StringBuilder text, JsonNode value, String indent) {
        switch (value) {
            case ObjectNode object
            when !object.isEmpty() -> {
                text.append('\n');
                yamlFields(text, object, indent + "  ");
            }
            case ArrayNode array
            when !array.isEmpty() -> {
                text.append('\n');
                for (var item : array) {
                    text.append(indent).append("  - ").append(item).append('\n');
                }
            }
            default -> text.append(' ').append(value).append('\n');
        }
    }

    private static String toml(ObjectNode tree) {
        var text = new StringBuilder();
        tomlTable(text, tree, "");
        return text.toString();
    }

    /** Plain values first: in TOML they belong to the table whose header stands above them. */
    private static void tomlTable(StringBuilder text, ObjectNode table, String path) {
        table.properties().forEach(field -> {
            if (!(field.getValue() instanceof ObjectNode)) {
                text.append(key(field.getKey())).append(" = ");
                text.append(tomlValue(field.getValue())).append('\n');
            }
        });
        table.properties().forEach(field -> {
            if (field.getValue() instanceof ObjectNode inner) {
                var innerPath = path.isEmpty() ? key(field.getKey()) : path + "." + key(field.getKey());
                text.append("\n[").append(innerPath).append("]\n");
                tomlTable(text, inner, innerPath);
            }
        });
    }

    private static String tomlValue(JsonNode value) {
        if (value instanceof ArrayNode array) {
            return StreamSupport.stream(array.spliterator(), false)
                    .map(ConfigText::tomlValue)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (value.isNull() || value.isObject()) {
            throw new IllegalArgumentException("TOML has no form for " + value + " here");
        }
        return value.toString();
    }

    private static String key(String name) {
        return BARE.matcher(name).matches() ? name : '"' + name + '"';
    }
}
