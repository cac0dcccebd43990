package io.keelson.server.secrets;

import io.keelson.server.store.ForwardingStateStore;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;

/** A store whose client dies at one of its commits: just before it, or after it took effect and before it was told. */
final class CrashingStore extends ForwardingStateStore {
    private final int fatal;
    private final boolean afterwards;
    private int commits;

    CrashingStore(StateStore behind, int fatal, boolean afterwards) {
        super(behind);
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
        boolean done = super.commit(transaction);
        if (now) {
            throw new Crash();
        }
        return done;
    }
}
