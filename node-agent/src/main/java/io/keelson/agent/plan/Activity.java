package io.keelson.agent.plan;

import java.util.function.Supplier;

/**
 * What a running step tells about itself: progress for people, and where its time goes. Time spent waiting for
 * programs and units that a step starts is measured by itself, at the host's ports.
 */
public interface Activity {
    /** A line of progress, such as {@code "fetched 120 of 331 MB"}. May be thinned out before it is sent. */
    void progress(String detail);

    /** Runs an action whose time is spent moving bytes. */
    <T> T transferring(Supplier<T> action);
}
