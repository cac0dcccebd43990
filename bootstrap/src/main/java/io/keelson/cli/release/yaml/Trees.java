package io.keelson.cli.release.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.problem.ProblemCode;
import java.util.Locale;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Turns YAML nodes of any shape into JSON values. */
final class Trees {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Trees() {}

    static ObjectNode emptyObject() {
        return JSON.objectNode();
    }

    static ObjectNode object(Node node, String path, Complaints complaints) {
        var tree = JSON.objectNode();
        for (var tuple : Fields.of(node, path, complaints).tuples().entrySet()) {
            var key = tuple.getKey();
            tree.set(key, value(tuple.getValue().getValueNode(), path + "." + key, complaints));
        }
        return tree;
    }

    private static JsonNode value(Node node, String path, Complaints complaints) {
        return switch (node) {
            case MappingNode mapping -> object(mapping, path, complaints);
            case SequenceNode sequence -> {
                var array = JSON.arrayNode();
                for (var item : sequence.getValue()) {
                    array.add(value(item, path + "[" + array.size() + "]", complaints));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar, path, complaints);
            default -> throw new IllegalStateException("an alias was not resolved: " + node);
        };
    }

    private static JsonNode scalar(ScalarNode node, String path, Complaints complaints) {
        var text = node.getValue();
        var tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> JSON.booleanNode(true);
                case "false" -> JSON.booleanNode(false);
                default -> {
                    refuse(node, path + ": write true or false, or quote '" + text + "'", complaints);
                    yield JSON.nullNode();
                }
            };
        }
        try {
            if (tag.equals(Tag.INT)) {
                return JSON.numberNode(Long.parseLong(text));
            }
            if (tag.equals(Tag.FLOAT)) {
                return JSON.numberNode(Double.parseDouble(text));
            }
        } catch (NumberFormatException e) {
            refuse(node, path + ": not a decimal number: '" + text + "' (" + e.getMessage() + ")", complaints);
        }
        return JSON.textNode(text);
    }

    private static void refuse(Node node, String what, Complaints complaints) {
        complaints.add(ProblemCode.RELEASE_DESCRIPTION_INVALID, Fields.line(node), what, "Correct the value.");
    }
}
