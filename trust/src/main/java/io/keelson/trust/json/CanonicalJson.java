package io.keelson.trust.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The form of JSON that TUF signs and makes key ids of (TUF 1.0 section 4.1, after OLPC's canonical JSON): no white
 * space, names in the order of their code points, whole numbers, and in strings only the quotation mark and the
 * backslash escaped. Other characters, line ends too, stand for themselves, so the result is not always JSON.
 */
public final class CanonicalJson {
    /** By code points, as UTF-8 sorts; {@link String#compareTo} would sort by surrogates. */
    private static final Comparator<String> CODE_POINTS = (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private CanonicalJson() {}

    /**
     * The canonical bytes of an object.
     *
     * @param fields strings, integers, longs, booleans, lists and maps of these
     * @throws IllegalArgumentException if there is anything else in it
     */
    public static byte[] encode(Map<String, ?> fields) {
        var canonical = new CanonicalJson();
        canonical.object(fields);
        return canonical.out.toByteArray();
    }

    private void object(Map<?, ?> fields) {
        var sorted = new TreeMap<String, Object>(CODE_POINTS);
        fields.forEach((name, value) -> sorted.put(String.valueOf(name), value));
        String separator = "{";
        for (var field : sorted.entrySet()) {
            raw(separator);
            string(field.getKey());
            raw(":");
            value(field.getValue());
            separator = ",";
        }
        raw(sorted.isEmpty() ? "{}" : "}");
    }

    private void array(List<?> items) {
        String separator = "[";
        for (var item : items) {
            raw(separator);
            value(item);
            separator = ",";
        }
        raw(items.isEmpty() ? "[]" : "]");
    }

    private void value(Object value) {
        switch (value) {
            case String text -> string(text);
            case Long number -> raw(number.toString());
            case Integer number -> raw(number.toString());
            case Boolean truth -> raw(truth.toString());
            case List<?> items -> array(items);
            case Map<?, ?> fields -> object(fields);
            default -> throw new IllegalArgumentException("canonical JSON has no " + value.getClass());
        }
    }

    private void string(String text) {
        raw("\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    }

    private void raw(String text) {
        out.writeBytes(utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
