package io.keelson.trust;

import io.keelson.release.Digest;
import io.keelson.release.Manifest;

/**
 * A manifest whose bytes are those that somebody trusted has vouched for. Only {@link ManifestVerifier} makes one, so whoever holds
 * one need not ask again.
 */
public final class VerifiedManifest {
    private final Manifest manifest;
    private final Digest digest;
    private final byte[] bytes;

    VerifiedManifest(Manifest manifest, Digest digest, byte[] bytes) {
        this.manifest = manifest;
        this.digest = digest;
        this.bytes = bytes.clone();
    }

    /** What the signed bytes mean. */
    public Manifest manifest() {
        return manifest;
    }

    /** Of the signed bytes; names the bundle's exact content. */
    public Digest digest() {
        return digest;
    }

    /** The bytes as they were signed; a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return manifest.name() + "@" + digest;
    }
}
