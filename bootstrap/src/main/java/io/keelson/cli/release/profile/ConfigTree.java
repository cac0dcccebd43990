package io.keelson.cli.release.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What can be done with the content of a configuration file. A dotted path quotes parts that hold dots. */
final class ConfigTree {
    private ConfigTree() {}

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Merges mappings field by field; any other value, also a list, replaces what was there. */
    static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(field -> {
            var before = into.get(field.getKey());
            if (before instanceof ObjectNode target && field.getValue() instanceof ObjectNode source) {
                merge(target, source);
            } else {
                into.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }

    /** Removes a field; false if there is none at that path. */
    static boolean remove(ObjectNode from, String path) {
        var parts = List.of(path.split("\\.(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1));
        var node = from;
        for (var part : parts.subList(0, parts.size() - 1)) {
            if (!(node.get(unquoted(part)) instanceof ObjectNode inner)) {
                return false;
            }
            node = inner;
        }
        return node.remove(unquoted(parts.getLast())) != null;
    }

    private static String unquoted(String part) {
        return part.length() > 1 && part.startsWith("\"") && part.endsWith("\"")
                ? part.substring(1, part.length() - 1)
                : part;
    }
}
