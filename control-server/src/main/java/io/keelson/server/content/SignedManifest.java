package io.keelson.server.content;

/**
 * A manifest as it was published.
 *
 * @param manifest the bytes that were signed
 * @param signatures the signatures file, JSON
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record SignedManifest(byte[] manifest, byte[] signatures) {}
