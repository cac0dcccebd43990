package io.keelson.agent.plan;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Monotonic time and pauses, so that tests can advance both by hand. */
public interface Pacer {
    /** Nanoseconds from an arbitrary origin; never goes back. */
    long nanos();

    /**
     * Returns after that time, or earlier when the thread is interrupted.
     *
     * @throws InterruptedException if it was interrupted
     */
    void pause(Duration time) throws InterruptedException;

    /**
     * The same in the middle of an effect, which ends there when its thread is interrupted.
     *
     * @param happening what is waited for, after the word while
     * @throws IllegalStateException if it was interrupted; the thread still is
     */
    default void pauseWhile(Duration time, String happening) {
        try {
            pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + happening, e);
        }
    }

    /** The pause after that one, for looks that become rarer: twice as long, and never longer than {@code longest}. */
    static Duration longer(Duration pause, Duration longest) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(longest) < 0 ? twice : longest;
    }

    /** The JVM's own time. */
    static Pacer system() {
        return new Pacer() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                if (new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new AssertionError("nobody counts this latch down");
                }
            }
        };
    }
}
