package io.keelson.server.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The server's only durable state: keys with versions, transactions with conditions, watches and leases. Reads are
 * linearizable. Every call is bounded in time and throws {@link io.keelson.problem.ProblemException} with
 * {@code SERVER_STORE_UNAVAILABLE} when the store did not answer; after a {@link #commit} that threw it is not known
 * whether the writes were made, so the caller reads back before it tries again.
 *
 * <p>Safe for use by many threads; calls block.
 */
public interface StateStore extends AutoCloseable {
    /** The newest value of a key. */
    Optional<Entry> get(String key);

    /** All entries below a prefix, sorted by key, as they were together at one moment. */
    default List<Entry> list(String prefix) {
        return snapshot(prefix).entries();
    }

    /** All entries below a prefix together with the revision from which a watch may go on. */
    Snapshot snapshot(String prefix);

    /**
     * Makes all writes if all conditions hold.
     *
     * @return false if a condition did not hold; then nothing was written
     */
    boolean commit(Transaction transaction);

    /**
     * Tells changes below a prefix, in order, one at a time, on one thread of the watch's own. Outlives restarts of
     * the store; where the store no longer has the changes in between, it tells {@link Change.Resync}. An exception
     * of the receiver is logged and answered by a {@link Change.Resync}. Never throws because the store is away: then
     * the watch begins, with a Resync, once the store is back.
     *
     * @param fromRevision of the first change to tell; 0 for those after now
     */
    Watch watch(String prefix, long fromRevision, Consumer<Change> onChange);

    /**
     * A new lease.
     *
     * @param ttl whole seconds, at least one
     */
    Lease grant(Duration ttl);

    @Override
    void close();
}
