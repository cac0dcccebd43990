package io.keelson.agent.daemon;

import java.util.concurrent.atomic.AtomicReference;

/** Runs a second thread beside the calling one; whichever ends, ends the other. */
public final class Companion {
    private Companion() {}

    /** Work that runs until it is interrupted. */
    @FunctionalInterface
    public interface Work {
        /** Returns only when it is interrupted, or failed. */
        void run() throws InterruptedException;
    }

    /**
     * Runs {@code main} on this thread and {@code beside} on another.
     *
     * @throws InterruptedException if this thread was interrupted from outside; the other one has ended then
     * @throws IllegalStateException if the other one failed
     */
    public static void whileRunning(String name, Work beside, Work main) throws InterruptedException {
        var caller = Thread.currentThread();
        var failure = new AtomicReference<Throwable>();
        var thread = Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                beside.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                failure.set(e);
                caller.interrupt();
            }
        });
        try {
            main.run();
        } catch (InterruptedException e) {
            var other = failure.get();
            if (other != null) {
                throw new IllegalStateException("the " + name + " failed", other);
            }
            throw e;
        } finally {
            thread.interrupt();
            awaitEnd(thread);
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            if (!thread.join(java.time.Duration.ofSeconds(3))) {
                System.getLogger("keelson.agent").log(System.Logger.Level.WARNING, thread.getName() + " did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
