package io.keelson.server.content;

import io.keelson.problem.Problem;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import java.time.Instant;
import java.util.Optional;

/**
 * A bundle that was released and whose blobs are all here.
 *
 * @param digest of the manifest's bytes
 * @param refused why it may not be installed anew, if it may not: it was withdrawn, or lies below the floor
 */
public record PublishedBundle(Manifest manifest, Digest digest, Instant published, Optional<Problem> refused) {}
