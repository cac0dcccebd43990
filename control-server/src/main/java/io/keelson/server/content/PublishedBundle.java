package io.keelson.server.content;

import io.keelson.release.BundleManifest;
import io.keelson.release.Digest;
import java.time.Instant;

/**
 * A bundle whose signature was verified and whose blobs are all here.
 *
 * @param digest of the manifest's bytes
 */
public record PublishedBundle(BundleManifest manifest, Digest digest, Instant published) {}
