package io.keelson.server.drain;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What a leader has somebody do in a thread of its own: ends when it is taken back, and by itself when this server leads no
 * more, since the next leader goes on with it then. Looks for that at least every two seconds.
 */
final class Errand implements Stop {
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** How it is waited; another one in tests, where time goes on as it is waited for. */
    @FunctionalInterface
    interface Pause {
        /** Waits for that long at most; returns whether the latch is down. */
        boolean await(CountDownLatch latch, Duration time) throws InterruptedException;

        Pause REAL = (latch, time) -> latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private final BooleanSupplier leads;
    private final Pause pause;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch handedOver = new CountDownLatch(1);

    Errand(BooleanSupplier leads, Pause pause) {
        this.leads = leads;
        this.pause = pause;
    }

    /** Nobody wants it any more. */
    void takeBack() {
        stopped.countDown();
    }

    /** Somebody else goes on with it, or will. */
    void handOver() {
        handedOver.countDown();
        stopped.countDown();
    }

    boolean isTakenBack() {
        return stopped.getCount() == 0;
    }

    @Override
    public boolean within(Duration time) {
        return within(stopped, time);
    }

    /** The same for what is done also after it was taken back: only a handing over ends it. */
    boolean handedOverWithin(Duration time) {
        return within(handedOver, time);
    }

    private boolean within(CountDownLatch latch, Duration time) {
        var left = time;
        while (true) {
            if (!leads.getAsBoolean()) {
                handOver();
            }
            var next = left.compareTo(LOOK) < 0 ? left : LOOK;
            try {
                if (pause.await(latch, next)) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                handOver();
                return true;
            }
            left = left.minus(next);
            if (!left.isPositive()) {
                return false;
            }
        }
    }

    @Override
    public boolean handsOver() {
        return handedOver.getCount() == 0;
    }
}
