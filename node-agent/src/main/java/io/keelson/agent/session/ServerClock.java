package io.keelson.agent.session;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's clock as the newest welcome told it, carried on by the machine's monotonic clock, so that a wall clock
 * that is moved later is noticed too. Safe for many threads.
 */
public final class ServerClock {
    /** By how much the two clocks may differ; the server asks for the same of a host that joins. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private record Reading(long serverMillis, long nanos) {}

    private final InstantSource host;
    private final LongSupplier monotonic;
    private final AtomicReference<@Nullable Reading> newest = new AtomicReference<>();

    /** @param host the clock that is compared with the server's */
    public ServerClock(InstantSource host) {
        this(host, System::nanoTime);
    }

    ServerClock(InstantSource host, LongSupplier monotonic) {
        this.host = host;
        this.monotonic = monotonic;
    }

    /** @param serverMillis the server's clock now, ms since the epoch */
    void read(long serverMillis) {
        newest.set(new Reading(serverMillis, monotonic.getAsLong()));
    }

    /** How far the host's clock is ahead of the server's now, negative if behind; empty before the first session. */
    public Optional<Duration> hostAhead() {
        return Optional.ofNullable(newest.get())
                .map(reading -> Duration.ofMillis(host.millis() - reading.serverMillis())
                        .minusNanos(monotonic.getAsLong() - reading.nanos()));
    }
}
