package io.keelson.trust.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The fields of one object, taken one by one; {@link #end()} refuses those that nobody has asked for. Not safe for use by
 * several threads.
 */
public final class JsonObject {
    private final String at;
    private final Map<String, Object> fields;
    private final Set<String> taken = new HashSet<>();

    JsonObject(String at, Map<String, Object> fields) {
        this.at = at;
        this.fields = fields;
    }

    /** Fields that were read before, to be taken again; {@code at} is where they were. */
    public static JsonObject of(String at, Map<String, Object> fields) {
        return new JsonObject(at, fields);
    }

    /** Turns a nested object into a value. */
    @FunctionalInterface
    public interface Reader<T> {
        /** The value that the object stands for. */
        T read(JsonObject object) throws InvalidJson;
    }

    /** Where in the document this is, for messages. */
    public String at() {
        return at;
    }

    /** Refuses another {@code _type} or {@code formatVersion}. */
    public void requireType(String type, int formatVersion) throws InvalidJson {
        var actual = text("_type");
        if (!actual.equals(type)) {
            throw new InvalidJson("_type is '" + actual + "', not '" + type + "'");
        }
        var version = integer("formatVersion");
        if (version != formatVersion) {
            throw new InvalidJson("formatVersion is " + version + "; this program reads " + formatVersion);
        }
    }

    /** A string. */
    public String text(String name) throws InvalidJson {
        return take(name, String.class, "a text");
    }

    /** A string that matches a form as a whole. */
    public String text(String name, Pattern form) throws InvalidJson {
        return matching(name, text(name), form);
    }

    /** Whether there is such a field; it counts as taken only when it is read. */
    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** True or false. */
    public boolean truth(String name) throws InvalidJson {
        return take(name, Boolean.class, "true or false");
    }

    /** Everything in it, for {@link CanonicalJson}: strings, longs, booleans, lists and maps of these. */
    public Map<String, Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** A whole number. */
    public long integer(String name) throws InvalidJson {
        return take(name, Long.class, "a whole number");
    }

    /** A nested object. */
    public <T> T object(String name, Reader<T> reader) throws InvalidJson {
        return nested(at + "." + name, take(name, Map.class, "an object"), reader);
    }

    /** A list of objects. */
    public <T> List<T> list(String name, int atMost, Reader<T> reader) throws InvalidJson {
        var values = new ArrayList<T>();
        for (var item : items(name, atMost)) {
            values.add(nested(at + "." + name + "[" + values.size() + "]", item, reader));
        }
        return values;
    }

    /** A list of strings of one form. */
    public List<String> texts(String name, int atMost, Pattern form) throws InvalidJson {
        var values = new ArrayList<String>();
        for (var item : items(name, atMost)) {
            if (!(item instanceof String text)) {
                throw new InvalidJson(at + "." + name + " contains something that is no text");
            }
            values.add(matching(name, text, form));
        }
        return values;
    }

    /** Objects by name, in the order of the document. */
    public <T> Map<String, T> map(String name, int atMost, Pattern keys, Reader<T> reader) throws InvalidJson {
        var values = new LinkedHashMap<String, T>();
        for (var entry : entries(name, atMost, keys)) {
            values.put(entry.getKey(), nested(at + "." + name + "." + entry.getKey(), entry.getValue(), reader));
        }
        return values;
    }

    /** Strings by name, in the order of the document. */
    public Map<String, String> textsByName(String name, int atMost, Pattern keys, Pattern form) throws InvalidJson {
        var values = new LinkedHashMap<String, String>();
        for (var entry : entries(name, atMost, keys)) {
            if (!(entry.getValue() instanceof String text)) {
                throw new InvalidJson(at + "." + name + "." + entry.getKey() + " is not a text");
            }
            values.put(entry.getKey(), matching(name + "." + entry.getKey(), text, form));
        }
        return values;
    }

    /** Refuses fields that were not taken. */
    public void end() throws InvalidJson {
        for (var name : fields.keySet()) {
            if (!taken.contains(name)) {
                throw new InvalidJson(at + " has an unknown field '" + name + "'");
            }
        }
    }

    private List<?> items(String name, int atMost) throws InvalidJson {
        List<?> items = take(name, List.class, "a list");
        requireAtMost(name, items.size(), atMost);
        return items;
    }

    private List<Map.Entry<String, Object>> entries(String name, int atMost, Pattern keys) throws InvalidJson {
        var entries = new ArrayList<Map.Entry<String, Object>>();
        for (var entry : ((Map<?, ?>) take(name, Map.class, "an object")).entrySet()) {
            var key = matching(name, String.valueOf(entry.getKey()), keys);
            entries.add(Map.entry(key, entry.getValue()));
        }
        requireAtMost(name, entries.size(), atMost);
        return entries;
    }

    private void requireAtMost(String name, int size, int atMost) throws InvalidJson {
        if (size > atMost) {
            throw new InvalidJson(at + "." + name + " has " + size + " entries, at most " + atMost + " are read");
        }
    }

    private String matching(String name, String text, Pattern form) throws InvalidJson {
        if (!form.matcher(text).matches()) {
            throw new InvalidJson(at + "." + name + " has not the form " + form + ": " + Quoted.text(text));
        }
        return text;
    }

    private <T> T take(String name, Class<T> type, String wanted) throws InvalidJson {
        taken.add(name);
        var value = fields.get(name);
        if (value == null) {
            throw new InvalidJson(at + " has no field '" + name + "'");
        }
        if (!type.isInstance(value)) {
            throw new InvalidJson(at + "." + name + " is not " + wanted);
        }
        return type.cast(value);
    }

    @SuppressWarnings("unchecked") // StrictJson makes maps of this type only
    private static <T> T nested(String at, Object value, Reader<T> reader) throws InvalidJson {
        if (!(value instanceof Map<?, ?> map)) {
            throw new InvalidJson(at + " is not an object");
        }
        return reader.read(new JsonObject(at, (Map<String, Object>) map));
    }
}
