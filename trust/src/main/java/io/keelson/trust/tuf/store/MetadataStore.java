package io.keelson.trust.tuf.store;

import io.keelson.trust.tuf.RoleName;
import java.time.Instant;
import java.util.Optional;

/**
 * What is trusted, kept from one update to the next. Written only with what was accepted; each change is durable when its
 * method returns, and a crash leaves the old or the new. A failure of the disk is an {@link java.io.UncheckedIOException}.
 */
public interface MetadataStore {
    /** The trusted metadata of a role as it was fetched; empty if there is none. */
    Optional<byte[]> read(RoleName role);

    /** Replaces the trusted metadata of a role. */
    void write(RoleName role, byte[] metadata);

    /** Forgets the trusted metadata of a role. */
    void remove(RoleName role);

    /** The time of the last update that succeeded, if it was noted. */
    Optional<Instant> clockFloor();

    /** Notes the time of an update that has succeeded. */
    void raiseClockFloor(Instant time);

    /**
     * Keeps all others out, also those in other processes, until it is closed. A process that dies gives it up.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_STATE_LOCKED} if somebody else has it
     */
    Held lock();

    /** A lock that is held. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }
}
