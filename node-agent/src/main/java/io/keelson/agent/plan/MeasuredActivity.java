package io.keelson.agent.plan;

import io.keelson.agent.plan.RunEvent.Spent;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Measures one step. Nested actions count once, for the outermost. Progress is passed on at most once a second and
 * may come from any thread; everything else is for the step's thread only.
 */
final class MeasuredActivity implements Activity {
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
        if (measuring) {
            return action.get();
        }
        long start = pacer.nanos();
        measuring = true;
        try {
            return action.get();
        } finally {
            measuring = false;
            transferred += pacer.nanos() - start;
        }
    }

    @Override
    public <T> T waiting(Supplier<T> action) {
        if (measuring) {
            return action.get();
        }
        long start = pacer.nanos();
        measuring = true;
        try {
            return action.get();
        } finally {
            measuring = false;
            waited += pacer.nanos() - start;
        }
    }

    /** Counts time that the runner itself waited for the step's effect to show. */
    void addWaited(long nanos) {
        waited += nanos;
    }

    @Override
    public Duration transferred() {
        return Duration.ofNanos(transferred);
    }

    @Override
    public Duration waited() {
        return Duration.ofNanos(waited);
    }

    Spent spent() {
        return new Spent(Duration.ofNanos(pacer.nanos() - began), transferred(), waited());
    }
}
