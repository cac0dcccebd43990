package io.keelson.trust.tuf.metadata;

import java.time.Instant;

/** What one of the four kinds of metadata says. */
public sealed interface Metadata permits Root, Timestamp, Snapshot, Targets {
    /** At least 1; a version is published once. */
    long version();

    /** From this moment on it is not accepted any more. Whole seconds. */
    Instant expires();
}
