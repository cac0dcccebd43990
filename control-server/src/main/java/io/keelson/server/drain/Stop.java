package io.keelson.server.drain;

import java.time.Duration;

/** How whoever asked for something takes it back. */
@FunctionalInterface
public interface Stop {
    /** Waits for that long, or until it is taken back; returns whether it is. Also if the thread is interrupted. */
    boolean within(Duration time);

    /** Whether it is taken back already. */
    default boolean now() {
        return within(Duration.ZERO);
    }

    /** Whether it was stopped because somebody else goes on with it, so that nothing is changed back. */
    default boolean handsOver() {
        return false;
    }
}
