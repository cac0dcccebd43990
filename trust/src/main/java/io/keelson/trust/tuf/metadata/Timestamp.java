package io.keelson.trust.tuf.metadata;

import java.time.Instant;

/**
 * Which snapshot is the latest (TUF 1.0 section 4.6).
 *
 * @param snapshot the snapshot's file
 */
public record Timestamp(long version, Instant expires, MetaFile snapshot) implements Metadata {}
