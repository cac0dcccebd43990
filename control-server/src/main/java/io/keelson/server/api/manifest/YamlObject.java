package io.keelson.server.api.manifest;

import io.keelson.problem.Nearest;
import io.keelson.problem.ProblemCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping whose fields are known beforehand. Unknown and repeated fields are reported when it is opened, wrong types
 * and missing fields when they are read; nothing is ever converted silently.
 */
final class YamlObject {
    private final Map<String, Node> fields;
    private final String path;
    private final Mark place;
    private final Findings findings;

    private YamlObject(Map<String, Node> fields, String path, Mark place, Findings findings) {
        this.fields = fields;
        this.path = path;
        this.place = place;
        this.findings = findings;
    }

    /** The node as a mapping with only these fields; empty, and reported, if it is none. */
    static Optional<YamlObject> open(Node node, String path, Findings findings, List<String> known) {
        if (!(node instanceof MappingNode mapping)) {
            findings.invalid(
                    node.getStartMark(),
                    (path.isEmpty() ? "the document" : path) + " is " + kind(node) + ", not a mapping of fields",
                    "Write the fields " + String.join(", ", known) + " below it.");
            return Optional.empty();
        }
        var fields = new LinkedHashMap<String, Node>();
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.invalid(tuple.getKeyNode().getStartMark(), "a field's name is not text", "Write a name.");
            } else if (!known.contains(key.getValue())) {
                unknown(key, path, known, findings);
            } else if (fields.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                findings.invalid(
                        key.getStartMark(),
                        "field " + join(path, key.getValue()) + " stands twice",
                        "Remove one of the two.");
            }
        }
        return Optional.of(new YamlObject(fields, path, node.getStartMark(), findings));
    }

    private static void unknown(ScalarNode key, String path, List<String> known, Findings findings) {
        var hint = Nearest.to(key.getValue(), known).map(name -> "Did you mean " + name + "? ");
        findings.add(
                ProblemCode.RESOURCE_UNKNOWN_FIELD,
                key.getStartMark(),
                "unknown field " + join(path, shown(key.getValue())),
                hint.orElse("") + "The fields here are " + String.join(", ", known) + ".");
    }

    /** A field that must be there. */
    private Optional<Node> required(String field) {
        var node = Optional.ofNullable(fields.get(field));
        if (node.isEmpty()) {
            findings.invalid(place, "field " + join(path, field) + " is missing", "Add " + join(path, field) + ".");
        }
        return node;
    }

    /** Whether the field is written at all. */
    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** Where the field's value begins, or the mapping if there is no such field. */
    Mark placeOf(String field) {
        var node = fields.get(field);
        return node == null ? place : node.getStartMark();
    }

    /** A mapping that must be there. */
    Optional<YamlObject> object(String field, List<String> known) {
        return required(field).flatMap(node -> open(node, join(path, field), findings, known));
    }

    /** A text that must be there, as the type that it stands for. */
    <T> Optional<T> value(String field, Function<String, T> parse) {
        return required(field).flatMap(node -> parsed(node, join(path, field), parse));
    }

    /** A text that may be left out. */
    <T> Optional<T> value(String field, Function<String, T> parse, T otherwise) {
        return has(field) ? value(field, parse) : Optional.of(otherwise);
    }

    /** A text or a whole number that may be left out. */
    <T> Optional<T> scalar(String field, Function<String, T> parse, T otherwise) {
        var node = fields.get(field);
        return node instanceof ScalarNode scalar && node.getTag().equals(Tag.INT)
                ? whole(field, number -> parse.apply(scalar.getValue()))
                : value(field, parse, otherwise);
    }

    /** A truth value that may be left out. */
    Optional<Boolean> flag(String field, boolean otherwise) {
        if (!has(field)) {
            return Optional.of(otherwise);
        }
        var node = fields.get(field);
        if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.BOOL)) {
            // YAML 1.1 takes yes, no, on and off for truth values as well.
            if (scalar.getValue().equals("true") || scalar.getValue().equals("false")) {
                return Optional.of(Boolean.valueOf(scalar.getValue()));
            }
        }
        refuse(field, "neither true nor false", "Write true or false.");
        return Optional.empty();
    }

    /** Reports a field whose value was read and is not to be. */
    void refuse(String field, String what, String advice) {
        findings.invalid(placeOf(field), join(path, field) + ": " + shown(what), advice);
    }

    /** A whole number that may be left out. */
    <T> Optional<T> whole(String field, LongFunction<T> parse, T otherwise) {
        return has(field) ? whole(field, parse) : Optional.of(otherwise);
    }

    /** A whole number that must be there. */
    <T> Optional<T> whole(String field, LongFunction<T> parse) {
        var found = required(field);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var node = found.get();
        var at = join(path, field);
        if (!(node instanceof ScalarNode scalar)
                || !node.getTag().equals(Tag.INT)
                || !scalar.getValue().matches("-?\\d{1,9}")) {
            findings.invalid(placeOf(field), at + " is no whole number", "Write a number, such as 24.");
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(Long.parseLong(scalar.getValue())));
        } catch (IllegalArgumentException e) {
            findings.invalid(node.getStartMark(), at + ": " + shown(String.valueOf(e.getMessage())), "Correct it.");
            return Optional.empty();
        }
    }

    /** A list of texts that must be there; elements that cannot be read are reported and left out. */
    <T> List<T> values(String field, Function<String, T> parse) {
        var values = new ArrayList<T>();
        elements(field, (node, at) -> parsed(node, at, parse).ifPresent(values::add));
        return values;
    }

    /** A list of mappings that must be there. */
    List<YamlObject> objects(String field, List<String> known) {
        var objects = new ArrayList<YamlObject>();
        elements(field, (node, at) -> open(node, at, findings, known).ifPresent(objects::add));
        return objects;
    }

    private void elements(String field, ElementReader reader) {
        required(field).ifPresent(node -> {
            var at = join(path, field);
            if (!(node instanceof SequenceNode sequence)) {
                findings.invalid(node.getStartMark(), at + " is " + kind(node) + ", not a list", "Write it as [a, b].");
                return;
            }
            int index = 0;
            for (var element : sequence.getValue()) {
                reader.read(element, at + "[" + index++ + "]");
            }
        });
    }

    private <T> Optional<T> parsed(Node node, String at, Function<String, T> parse) {
        if (!(node instanceof ScalarNode scalar) || !node.getTag().equals(Tag.STR)) {
            var quote = node instanceof ScalarNode scalar && !node.getTag().equals(Tag.NULL)
                    ? "Put it in quotes: \"" + shown(scalar.getValue()) + "\"."
                    : "Write a text.";
            findings.invalid(node.getStartMark(), at + " is " + kind(node) + ", not text", quote);
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(scalar.getValue()));
        } catch (IllegalArgumentException e) {
            findings.invalid(node.getStartMark(), at + ": " + shown(String.valueOf(e.getMessage())), "Correct it.");
            return Optional.empty();
        }
    }

    private static String kind(Node node) {
        return switch (node.getNodeId()) {
            case mapping -> "a mapping";
            case sequence -> "a list";
            case anchor -> "an alias";
            case scalar -> {
                var tag = node.getTag();
                yield tag.equals(Tag.NULL)
                        ? "empty"
                        : tag.equals(Tag.STR)
                                ? "a text"
                                : "a value of type " + tag.getValue().replaceFirst("^.*:", "");
            }
        };
    }

    /** What a person wrote, short enough and free of control characters. */
    private static String shown(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 200 ? clean : clean.substring(0, 200) + "...";
    }

    private static String join(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    @FunctionalInterface
    private interface ElementReader {
        void read(Node element, String path);
    }
}
