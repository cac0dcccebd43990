package io.keelson.lab.host;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Tells a person at a terminal what a long run is doing, one line per event with the time since its start. */
public final class Progress {

    private final PrintStream out;
    private final Clock clock;
    private final Instant start;

    public Progress(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
        this.start = clock.instant();
    }

    public static Progress console() {
        return new Progress(System.out, Clock.systemUTC());
    }

    public void say(String text) {
        Duration since = Duration.between(start, clock.instant());
        synchronized (out) {
            out.printf("%02d:%02d  %s%n", since.toMinutes(), since.toSecondsPart(), text);
            out.flush();
        }
    }

    /** Says what begins, and afterwards how long it took or that it failed. The failure itself is the caller's. */
    public <T> T step(String what, Callable<T> work) {
        say(what);
        Instant begun = clock.instant();
        boolean done = false;
        try {
            T result = work.call();
            done = true;
            return result;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new LabException(Objects.requireNonNullElse(e.getMessage(), what), e);
        } finally {
            Duration took = Duration.between(begun, clock.instant());
            String result = done ? "done" : "FAILED";
            say("%s: %s after %d.%d s".formatted(what, result, took.toSeconds(), took.toMillisPart() / 100));
        }
    }

    public void step(String what, Runnable work) {
        step(what, () -> {
            work.run();
            return true;
        });
    }
}
