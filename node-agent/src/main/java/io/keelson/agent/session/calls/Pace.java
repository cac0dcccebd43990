package io.keelson.agent.session.calls;

import java.util.function.LongSupplier;

/**
 * Whether bytes come fast enough to be waited for. A stream that never stalls for good and never ends would otherwise
 * occupy a host for years: in each minute at least 64 KiB have to come. Used by one thread.
 */
final class Pace {
    static final long WINDOW_NANOS = 60_000_000_000L;
    static final long LEAST_BYTES = 64 << 10;

    private final LongSupplier nanos;
    private long since;
    private long bytes;

    /** @param nanos the time, as {@link System#nanoTime} tells it */
    Pace(LongSupplier nanos) {
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /** Takes notice of bytes that came; false once a minute is over in which too few did. */
    boolean holdsWith(long more) {
        bytes += more;
        long now = nanos.getAsLong();
        if (now - since < WINDOW_NANOS) {
            return true;
        }
        boolean enough = bytes >= LEAST_BYTES;
        since = now;
        bytes = 0;
        return enough;
    }
}
