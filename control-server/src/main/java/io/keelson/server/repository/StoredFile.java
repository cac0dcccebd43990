package io.keelson.server.repository;

import io.keelson.release.Digest;

/**
 * The stored form of a file of the repository, version 1; its bytes lie in the content store.
 *
 * @param sha256 of the bytes
 * @param size in bytes
 */
record StoredFile(String sha256, long size) {
    static StoredFile of(byte[] bytes) {
        return new StoredFile(Digest.of(bytes).hex(), bytes.length);
    }

    Digest digest() {
        return new Digest(sha256);
    }
}
