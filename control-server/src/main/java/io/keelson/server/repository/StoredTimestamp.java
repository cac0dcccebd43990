package io.keelson.server.repository;

import java.nio.charset.StandardCharsets;

/**
 * The stored form of the timestamp, version 1: the file itself, since it is replaced every few days and small.
 *
 * @param file JSON as it is given out
 */
record StoredTimestamp(String file) {
    static StoredTimestamp of(byte[] bytes) {
        return new StoredTimestamp(new String(bytes, StandardCharsets.UTF_8));
    }

    byte[] bytes() {
        return file.getBytes(StandardCharsets.UTF_8);
    }
}
