package io.keelson.release;

/**
 * A bundle that the control server holds and has verified.
 *
 * @param digest of the manifest's bytes as they were signed
 */
public record KnownBundle(BundleManifest manifest, Digest digest) {}
