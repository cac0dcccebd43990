package io.keelson.trust.tuf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is signed, as maps and lists that tests change. */
final class SimulatedFields {
    private SimulatedFields() {}

    /** The same, of which nothing is shared. */
    static Map<String, Object> copyOf(Map<String, Object> fields) {
        var copy = new LinkedHashMap<String, Object>();
        fields.forEach((name, value) -> copy.put(name, copyOf(value)));
        return copy;
    }

    @SuppressWarnings("unchecked") // every object has names that are texts
    private static Object copyOf(Object value) {
        return switch (value) {
            case Map<?, ?> object -> copyOf((Map<String, Object>) object);
            case List<?> list -> {
                var copy = new ArrayList<Object>();
                list.forEach(item -> copy.add(copyOf(item)));
                yield copy;
            }
            default -> value;
        };
    }
}
