package io.keelson.server.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The form of every stored value: a JSON object with {@code "v": 1} in front. Stored types are records of plain
 * components (text, numbers, booleans, lists, maps and such records); an absent text is an empty one. Reading is
 * strict: an unknown or missing version, field or trailing byte is an error, since a misread state is worse than none.
 */
public final class Json {
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    /** The value as bytes to store. */
    public static byte[] write(Record value) {
        var versioned = MAPPER.createObjectNode().put("v", VERSION);
        ObjectNode body = MAPPER.valueToTree(value);
        versioned.setAll(body);
        try {
            return MAPPER.writeValueAsBytes(versioned);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }

    /**
     * The stored value of that type.
     *
     * @throws IllegalStateException if the entry holds anything else
     */
    public static <T extends Record> T read(Entry entry, Class<T> type) {
        return read(entry, type, body -> {});
    }

    /**
     * The stored value of a type that has got fields since it was first written.
     *
     * @param complete gives a value that was written before then what it stands for; leaves others as they are
     * @throws IllegalStateException if the entry holds anything else
     */
    public static <T extends Record> T read(Entry entry, Class<T> type, Consumer<ObjectNode> complete) {
        try {
            if (!(MAPPER.readTree(entry.value()) instanceof ObjectNode body)) {
                throw new IllegalStateException(entry + " is not a JSON object");
            }
            var version = body.remove("v");
            if (version == null || version.asInt() != VERSION) {
                throw new IllegalStateException(entry + " has format version " + version + ", not " + VERSION);
            }
            complete.accept(body);
            return MAPPER.treeToValue(body, type);
        } catch (IOException e) {
            throw new IllegalStateException(entry + " cannot be read as " + type.getSimpleName(), e);
        }
    }
}
