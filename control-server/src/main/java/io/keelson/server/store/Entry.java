package io.keelson.server.store;

import java.nio.charset.StandardCharsets;

/**
 * A key with its value as it was at one moment.
 *
 * @param value not to be changed by the reader
 * @param version the store's revision of the last write to this key; what {@link Condition#unchanged} compares
 */
@SuppressWarnings("ArrayRecordComponent") // an entry is carried, never compared
public record Entry(String key, byte[] value, long version) {
    /** The value as UTF-8 text. */
    public String text() {
        return new String(value, StandardCharsets.UTF_8);
    }

    /** The key without the prefix. */
    public String name(String prefix) {
        if (!key.startsWith(prefix)) {
            throw new IllegalArgumentException(key + " does not begin with " + prefix);
        }
        return key.substring(prefix.length());
    }

    @Override
    public String toString() {
        return key + "@" + version;
    }
}
