package io.keelson.server.store;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** One effect of a transaction. */
public sealed interface Write {
    /** The key that is written. */
    String key();

    /**
     * Creates or replaces a value.
     *
     * @param lease id of the {@link Lease} with whose end the key disappears
     */
    @SuppressWarnings("ArrayRecordComponent") // a write is carried, never compared
    record Put(String key, byte[] value, OptionalLong lease) implements Write {}

    /** Removes a key; no effect if there is none. */
    record Delete(String key) implements Write {}

    /** Creates or replaces a value that stays. */
    static Write put(String key, byte[] value) {
        return new Put(key, value, OptionalLong.empty());
    }

    /** Creates or replaces a text that stays. */
    static Write put(String key, String value) {
        return put(key, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Creates or replaces a value that disappears when the lease ends. */
    static Write put(String key, byte[] value, Lease lease) {
        return new Put(key, value, OptionalLong.of(lease.id()));
    }

    /** Removes a key. */
    static Write delete(String key) {
        return new Delete(key);
    }
}
