package io.keelson.server.secrets;

import io.keelson.server.store.Change;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Lease;
import io.keelson.server.store.Snapshot;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Watch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A store whose client dies at one of its commits: just before it, or after it took effect and before it was told. */
final class CrashingStore implements StateStore {
    private final StateStore behind;
    private final int fatal;
    private final boolean afterwards;
    private int commits;

    CrashingStore(StateStore behind, int fatal, boolean afterwards) {
        this.behind = behind;
        this.fatal = fatal;
        this.afterwards = afterwards;
    }

    /** The process is gone. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    @Override
    public boolean commit(Transaction transaction) {
        boolean now = ++commits == fatal;
        if (now && !afterwards) {
            throw new Crash();
        }
        boolean done = behind.commit(transaction);
        if (now) {
            throw new Crash();
        }
        return done;
    }

    @Override
    public Optional<Entry> get(String key) {
        return behind.get(key);
    }

    @Override
    public Snapshot snapshot(String prefix) {
        return behind.snapshot(prefix);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Consumer<Change> onChange) {
        return behind.watch(prefix, fromRevision, onChange);
    }

    @Override
    public Lease grant(Duration ttl) {
        return behind.grant(ttl);
    }

    @Override
    public void close() {
        behind.close();
    }
}
