package io.keelson.server.snapshots;

import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.HostId;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * A snapshot that the server has.
 *
 * @param host that handed it in
 * @param handedIn when
 * @param trial how its last restore in a sandbox ended; empty if there was none
 * @param copied when it was copied to the store outside; empty if it is not there
 * @param version of its entry in the store
 */
public record KnownSnapshot(
        TakenSnapshot snapshot,
        HostId host,
        Instant handedIn,
        Optional<Trial> trial,
        Optional<Instant> copied,
        long version) {
    /** Newest first. */
    public static final Comparator<KnownSnapshot> NEWEST_FIRST = Comparator.comparing(
                    (KnownSnapshot known) -> known.snapshot().taken())
            .thenComparing(known -> known.snapshot().id())
            .reversed();

    /**
     * A restore in a sandbox.
     *
     * @param failure why nothing is proven; empty if all was found
     */
    public record Trial(Instant at, String failure) {
        /** Whether all was found. */
        public boolean proven() {
            return failure.isEmpty();
        }
    }

    /** When it was proven; empty if it was not. */
    public Optional<Instant> proven() {
        return trial.filter(Trial::proven).map(Trial::at);
    }

    /** The same after a restore. */
    public KnownSnapshot tried(Trial next) {
        return new KnownSnapshot(snapshot, host, handedIn, Optional.of(next), copied, version);
    }

    /** The same, copied. */
    public KnownSnapshot copiedAt(Instant at) {
        return new KnownSnapshot(snapshot, host, handedIn, trial, Optional.of(at), version);
    }
}
