package io.keelson.agent.plan;

import io.keelson.agent.plan.RunEvent.Spent;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Measures one step. Nested actions count once, for the outermost. Progress is passed on at most once a second and
 * may come from any thread; everything else is for one thread at a time.
 */
final class MeasuredActivity implements Activity {
    private static final long NESTED = Long.MIN_VALUE;
    private static final long BETWEEN_PROGRESS = Duration.ofSeconds(1).toNanos();

    private final Pacer pacer;
    private final BiConsumer<String, Spent> progress;
    private final long began;
    private long lastProgress;
    private long transferred;
    private long waited;
    private boolean measuring;

    MeasuredActivity(Pacer pacer, BiConsumer<String, Spent> progress) {
        this.pacer = pacer;
        this.progress = progress;
        this.began = pacer.nanos();
        this.lastProgress = began - BETWEEN_PROGRESS;
    }

    /** An action that may be interrupted. */
    interface Interruptible<T> {
        T run() throws InterruptedException;
    }

    @Override
    public synchronized void progress(String detail) {
        long now = pacer.nanos();
        if (now - lastProgress >= BETWEEN_PROGRESS) {
            lastProgress = now;
            progress.accept(detail, spent());
        }
    }

    @Override
    public <T> T transferring(Supplier<T> action) {
        long before = beginOuter();
        try {
            return action.get();
        } finally {
            transferred += endOuter(before);
        }
    }

    /** Runs an action whose time is spent waiting for what was started. */
    <T> T waiting(Supplier<T> action) {
        long before = beginOuter();
        try {
            return action.get();
        } finally {
            waited += endOuter(before);
        }
    }

    /** The same for an action without a result. */
    void waiting(Runnable action) {
        waiting(() -> {
            action.run();
            return true;
        });
    }

    /** Waits for an effect to show. */
    <T> T settling(Interruptible<T> action) throws InterruptedException {
        long before = beginOuter();
        try {
            return action.run();
        } finally {
            waited += endOuter(before);
        }
    }

    /** When the outermost action begins; {@link #NESTED} in another one. */
    private long beginOuter() {
        if (measuring) {
            return NESTED;
        }
        measuring = true;
        return pacer.nanos();
    }

    private long endOuter(long before) {
        if (before == NESTED) {
            return 0;
        }
        measuring = false;
        return pacer.nanos() - before;
    }

    Spent spent() {
        return new Spent(
                Duration.ofNanos(pacer.nanos() - began), Duration.ofNanos(transferred), Duration.ofNanos(waited));
    }
}
