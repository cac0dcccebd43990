package io.keelson.agent.plan;

import java.time.Duration;
import java.util.function.Supplier;

/** What a running step tells about itself: progress for people, and where its time goes. */
public interface Activity {
    /** A line of progress, such as {@code "fetched 120 of 331 MB"}. May be thinned out before it is sent. */
    void progress(String detail);

    /** Runs an action whose time is spent moving bytes. */
    <T> T transferring(Supplier<T> action);

    /** Runs an action whose time is spent waiting for a process that was started. */
    <T> T waiting(Supplier<T> action);

    /** Time spent in {@link #transferring} so far. */
    Duration transferred();

    /** Time spent in {@link #waiting} so far. */
    Duration waited();
}
