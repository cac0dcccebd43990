package io.keelson.agent.daemon;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * When a loop looks again at what it keeps: at once when there is news, every minute for drift, and after pauses that grow
 * from 3 seconds to 2 minutes while something halts it. One thread waits; {@link #wake} may be called by any.
 */
public final class Cadence {
    private static final System.Logger LOG = System.getLogger("keelson.agent");
    private static final long DRIFT_SECONDS = 60;
    private static final long FIRST_RETRY_SECONDS = 3;
    private static final long LONGEST_RETRY_SECONDS = 120;

    private final BlockingQueue<Boolean> news = new ArrayBlockingQueue<>(1);
    private long retrySeconds = FIRST_RETRY_SECONDS;

    /** There is something new to do. */
    public void wake() {
        boolean first = news.offer(true);
        LOG.log(Level.DEBUG, first ? "woken" : "woken again");
    }

    /** Before the loop looks: what it is woken for from now on is something newer. */
    public void look() {
        news.clear();
    }

    /** Whether it was woken since it looked. */
    public boolean hasNews() {
        return !news.isEmpty();
    }

    /** All is as it should be: waits until it is woken, or it is time to look for drift. @return whether it was woken */
    public boolean untilDrift() throws InterruptedException {
        retrySeconds = FIRST_RETRY_SECONDS;
        return waitForNews(jittered(DRIFT_SECONDS));
    }

    /** Something halts it: waits until it is woken, or it is time to try again. */
    public void untilRetry() throws InterruptedException {
        retrySeconds = waitForNews(jittered(retrySeconds))
                ? FIRST_RETRY_SECONDS
                : Math.min(LONGEST_RETRY_SECONDS, retrySeconds * 2);
    }

    /** Waits until it is woken, so long at most. @return whether it was woken */
    public boolean waitForNews(Duration atMost) throws InterruptedException {
        return news.poll(atMost.toMillis(), TimeUnit.MILLISECONDS) != null;
    }

    private static Duration jittered(long seconds) {
        long millis = seconds * 1000;
        return Duration.ofMillis(millis * 3 / 4 + ThreadLocalRandom.current().nextLong(millis / 2));
    }
}
