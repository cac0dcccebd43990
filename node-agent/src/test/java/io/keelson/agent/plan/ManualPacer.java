package io.keelson.agent.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Time that passes only when somebody pauses, or when it is advanced. */
public final class ManualPacer implements Pacer {
    private final List<Duration> pauses = new ArrayList<>();
    private Consumer<Duration> meanwhile = time -> {};
    private long nanos;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pauses.add(time);
        nanos += time.toNanos();
        meanwhile.accept(time);
    }

    /** What happens during each pause; it is told how long that is. */
    public void meanwhile(Consumer<Duration> happens) {
        meanwhile = happens;
    }

    /** Lets time pass. */
    public void advance(Duration time) {
        nanos += time.toNanos();
    }

    /** All pauses so far. */
    public List<Duration> pauses() {
        return List.copyOf(pauses);
    }
}
