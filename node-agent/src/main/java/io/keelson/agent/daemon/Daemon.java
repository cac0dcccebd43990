package io.keelson.agent.daemon;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is told to end by SIGTERM. */
public final class Daemon {
    private static final System.Logger LOG = System.getLogger("keelson.agent");
    private static final int OK = 0;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private Daemon() {}

    /**
     * Runs the work on this thread. The signal interrupts it; the process ends with 0 once it has closed everything, or after
     * ten seconds.
     */
    public static void run(Companion.Work work) {
        var loop = Thread.currentThread();
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(loop, ended), "stop"));
        try {
            work.run();
        } catch (InterruptedException e) {
            LOG.log(Level.INFO, "stopped");
        } finally {
            ended.countDown();
        }
    }

    private static void stop(Thread loop, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return; // the loop ended by itself; its exit code stands
        }
        loop.interrupt();
        try {
            if (!ended.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(OK);
    }
}
