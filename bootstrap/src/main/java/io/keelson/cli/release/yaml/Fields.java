package io.keelson.cli.release.yaml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.problem.ProblemCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML mapping whose fields are taken one by one; {@link #end()} then complains about every field that nobody took.
 * Methods never throw about content: they complain and go on with a harmless value. Not thread-safe.
 */
public final class Fields {
    private final String path;
    private final int line;
    private final SequencedMap<String, NodeTuple> tuples = new LinkedHashMap<>();
    private final SequencedSet<String> taken = new LinkedHashSet<>();
    private final Complaints complaints;

    private Fields(String path, int line, Complaints complaints) {
        this.path = path;
        this.line = line;
        this.complaints = complaints;
    }

    static Fields of(Node node, String path, Complaints complaints) {
        var fields = new Fields(path, line(node), complaints);
        if (node instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                fields.add(tuple);
            }
        } else if (!isNull(node)) {
            fields.complain(line(node), where(path) + " must be a mapping of fields", "Write it as 'field: value'.");
        }
        return fields;
    }

    private void add(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            complain(line(tuple.getKeyNode()), "a field's name must be a plain word", "Write it as 'field: value'.");
        } else if (tuples.putIfAbsent(key.getValue(), tuple) != null) {
            complain(line(key), "the field " + child(key.getValue()) + " is there twice", "Keep one of them.");
        }
    }

    /** The line in the document, from 1. */
    public int line() {
        return line;
    }

    /** The line of a field, or of the mapping if the field is not there. */
    public int line(String name) {
        var tuple = tuples.get(name);
        return tuple == null ? line : line(tuple.getKeyNode());
    }

    /** Names of all fields, in the order of the document. */
    public List<String> names() {
        return List.copyOf(tuples.keySet());
    }

    /** A scalar that must be there, as it is written; empty text if it is not. */
    public String text(String name) {
        return optionalText(name).orElseGet(() -> {
            if (!tuples.containsKey(name)) {
                missing(name);
            }
            return "";
        });
    }

    /** A scalar as it is written. */
    public Optional<String> optionalText(String name) {
        return take(name).flatMap(node -> scalar(node, child(name)));
    }

    /** A value that must be there and is made from a scalar; empty after a complaint. */
    public <T> Optional<T> value(String name, Function<String, T> parse) {
        if (!tuples.containsKey(name)) {
            taken.add(name);
            missing(name);
            return Optional.empty();
        }
        return optionalValue(name, parse);
    }

    /** A value that is made from a scalar; {@code parse} refuses by {@link IllegalArgumentException}. */
    public <T> Optional<T> optionalValue(String name, Function<String, T> parse) {
        return optionalText(name).flatMap(text -> parsed(line(name), child(name), text, parse));
    }

    /** {@code true} or {@code false}; {@code false} if it is not there. */
    public boolean flag(String name) {
        return optionalValue(name, Fields::truth).orElse(false);
    }

    /** A list of scalars; empty if it is not there. */
    public List<String> texts(String name) {
        var found = new ArrayList<String>();
        items(name).forEach((itemPath, node) -> scalar(node, itemPath).ifPresent(found::add));
        return List.copyOf(found);
    }

    /** A list of mappings; empty if it is not there. Each item is ended. */
    public <T> List<T> list(String name, Function<Fields, Optional<T>> read) {
        var found = new ArrayList<T>();
        items(name).forEach((itemPath, node) -> {
            var item = Fields.of(node, itemPath, complaints);
            read.apply(item).ifPresent(found::add);
            item.end();
        });
        return List.copyOf(found);
    }

    /** A mapping that must be there; an empty one after a complaint. The caller ends it. */
    public Fields mapping(String name) {
        if (!tuples.containsKey(name)) {
            missing(name);
        }
        return optionalMapping(name);
    }

    /** A mapping; an empty one if it is not there. The caller ends it. */
    public Fields optionalMapping(String name) {
        return take(name)
                .map(node -> Fields.of(node, child(name), complaints))
                .orElseGet(() -> new Fields(child(name), line, complaints));
    }

    /** A mapping from free names to mappings, in the order of the document. Each value is ended. */
    public <T> SequencedMap<String, T> mappings(String name, BiFunction<String, Fields, T> read) {
        var found = new LinkedHashMap<String, T>();
        var mapping = optionalMapping(name);
        for (var key : mapping.names()) {
            var value = mapping.optionalMapping(key);
            found.put(key, read.apply(key, value));
            value.end();
        }
        return found;
    }

    /** A mapping from free names to scalars; an absent value is an empty one. */
    public SequencedMap<String, Optional<String>> scalars(String name) {
        var found = new LinkedHashMap<String, Optional<String>>();
        var mapping = optionalMapping(name);
        for (var key : mapping.names()) {
            found.put(key, mapping.optionalText(key));
        }
        return found;
    }

    /** A mapping whose fields may be anything. */
    public ObjectNode tree(String name) {
        return take(name)
                .map(node -> Trees.object(node, child(name), complaints))
                .orElseGet(Trees::emptyObject);
    }

    /** Complains about a field. */
    public void refuse(String name, String what, String advice) {
        complain(line(name), child(name) + " " + what, advice);
    }

    /** Complains about every field that nobody took. */
    public void end() {
        for (var entry : tuples.entrySet()) {
            if (!taken.contains(entry.getKey())) {
                complaints.add(
                        ProblemCode.RESOURCE_UNKNOWN_FIELD,
                        line(entry.getValue().getKeyNode()),
                        "unknown field " + child(entry.getKey()),
                        Nearest.to(entry.getKey(), taken)
                                .map(near -> "Did you mean '" + near + "'?")
                                .orElse("Remove it; known here: " + String.join(", ", taken) + "."));
            }
        }
    }

    private SequencedMap<String, Node> items(String name) {
        var found = new LinkedHashMap<String, Node>();
        take(name).ifPresent(node -> {
            if (node instanceof SequenceNode sequence) {
                for (var item : sequence.getValue()) {
                    found.put(child(name) + "[" + found.size() + "]", item);
                }
            } else if (!isNull(node)) {
                complain(line(node), child(name) + " must be a list", "Begin each item with '- '.");
            }
        });
        return found;
    }

    private Optional<Node> take(String name) {
        taken.add(name);
        return Optional.ofNullable(tuples.get(name)).map(NodeTuple::getValueNode);
    }

    private Optional<String> scalar(Node node, String at) {
        if (isNull(node)) {
            return Optional.empty();
        }
        if (node instanceof ScalarNode scalar) {
            return Optional.of(scalar.getValue());
        }
        complain(line(node), at + " must be a single value", "Write a word, a number or a quoted text.");
        return Optional.empty();
    }

    private <T> Optional<T> parsed(int at, String name, String text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            complain(at, name + ": " + reason(e, text), "Correct the value.");
            return Optional.empty();
        }
    }

    private static String reason(IllegalArgumentException e, String text) {
        @Nullable String message = e.getMessage();
        return message == null ? "not acceptable: '" + text + "'" : message;
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false, not '" + text + "'");
        };
    }

    private void missing(String name) {
        complain(line, child(name) + " is missing", "Add the field '" + name + "'.");
    }

    private void complain(int at, String what, String advice) {
        complaints.add(ProblemCode.RELEASE_DESCRIPTION_INVALID, at, what, advice);
    }

    private String child(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String where(String path) {
        return path.isEmpty() ? "the document" : path;
    }

    static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /** Fields by name, for callers that keep them. */
    Map<String, NodeTuple> tuples() {
        return tuples;
    }
}
