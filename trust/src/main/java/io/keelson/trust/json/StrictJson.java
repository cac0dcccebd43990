package io.keelson.trust.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259) as strictly as signed metadata needs: UTF-8 without byte order mark, no duplicate names, nothing
 * after the document, whole numbers only, no null, and caps on everything before it is kept.
 */
public final class StrictJson {
    private static final int NAME_LENGTH = 1_024;
    private static final int NUMBER_LENGTH = 19;

    private final JsonParser parser;

    private StrictJson(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * A document whose root is an object.
     *
     * @throws InvalidJson if it is not, or exceeds a limit; names have at most 1,024 characters, numbers 19
     */
    public static JsonObject readObject(byte[] bytes, JsonLimits limits) throws InvalidJson {
        if (bytes.length > limits.bytes()) {
            throw new InvalidJson("it has " + bytes.length + " bytes, at most " + limits.bytes() + " are read");
        }
        try (var parser = factory(limits).createParser(decode(bytes))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidJson("$ is not an object");
            }
            var reader = new StrictJson(parser);
            var root = new JsonObject("$", reader.object("$"));
            if (parser.nextToken() != null) {
                throw new InvalidJson("there are bytes after the end");
            }
            return root;
        } catch (IOException e) {
            throw new InvalidJson("it is not strict JSON (" + firstLine(e) + ")", e);
        }
    }

    private Map<String, Object> object(String at) throws IOException, InvalidJson {
        var fields = new LinkedHashMap<String, Object>();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            requireScalars(name, at);
            parser.nextToken();
            fields.put(name, value(at + "." + name));
        }
        return fields;
    }

    private List<Object> array(String at) throws IOException, InvalidJson {
        var items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(at + "[" + items.size() + "]"));
        }
        return items;
    }

    private Object value(String at) throws IOException, InvalidJson {
        var token = parser.currentToken();
        if (token == null) {
            throw new InvalidJson(at + " is cut off");
        }
        return switch (token) {
            case START_OBJECT -> object(at);
            case START_ARRAY -> array(at);
            case VALUE_STRING -> requireScalars(parser.getText(), at);
            case VALUE_NUMBER_INT -> integer(at);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> throw new InvalidJson(at + " is null");
            case VALUE_NUMBER_FLOAT -> throw new InvalidJson(at + " is not a whole number");
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new InvalidJson(at + " is not a value");
        };
    }

    private Long integer(String at) throws IOException, InvalidJson {
        if (parser.getText().equals("-0")) {
            throw new InvalidJson(at + " is minus zero");
        }
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> throw new InvalidJson(at + " is out of range");
        };
    }

    /** Escapes can spell half of a surrogate pair, which no UTF-8 text contains. */
    private static String requireScalars(String text, String at) throws InvalidJson {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new InvalidJson(at + " contains half a character");
            }
        }
        return text;
    }

    private static char[] decode(byte[] bytes) throws InvalidJson {
        try {
            var chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            var text = new char[chars.remaining()];
            chars.get(text);
            return text;
        } catch (CharacterCodingException e) {
            throw new InvalidJson("it is not UTF-8", e);
        }
    }

    private static JsonFactory factory(JsonLimits limits) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(limits.bytes())
                        .maxNestingDepth(limits.depth())
                        .maxStringLength(limits.textLength())
                        .maxNameLength(NAME_LENGTH)
                        .maxNumberLength(NUMBER_LENGTH)
                        .build())
                .build();
    }

    private static String firstLine(IOException e) {
        var message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("no details");
    }
}
