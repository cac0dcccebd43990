package io.keelson.server.authority;

/**
 * The stored form of an authority's private key, version 1.
 *
 * @param sealed PKCS #8 PEM in a sealed box, base64; bound to its key in the store
 */
record StoredKey(String sealed) {}
