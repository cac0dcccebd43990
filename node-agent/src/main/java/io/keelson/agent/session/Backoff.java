package io.keelson.agent.session;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double from half a second to 30 s, each shortened by up to a half so that hosts do not come in step. */
public final class Backoff {
    private static final long FIRST = 500;
    private static final long LONGEST = 30_000;

    private long millis = FIRST;

    /** The next pause. */
    public Duration next() {
        long base = millis;
        millis = Math.min(LONGEST, millis * 2);
        return Duration.ofMillis(base - ThreadLocalRandom.current().nextLong(base / 2 + 1));
    }
}
