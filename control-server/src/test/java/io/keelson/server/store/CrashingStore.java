package io.keelson.server.store;

/** A store whose client dies at one of its commits: just before it, or after it took effect and before it was told. */
public final class CrashingStore extends ForwardingStateStore {
    private final int fatal;
    private final boolean afterwards;
    private int commits;

    public CrashingStore(StateStore behind, int fatal, boolean afterwards) {
        super(behind);
        this.fatal = fatal;
        this.afterwards = afterwards;
    }

    /** The process is gone. */
    public static final class Crash extends Error {
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
