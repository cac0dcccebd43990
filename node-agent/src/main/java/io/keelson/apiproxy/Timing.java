package io.keelson.apiproxy;

import java.time.Duration;

/**
 * How patient the balancer is.
 *
 * @param connect how long an upstream may take to accept a connection
 * @param probe between two health checks of an upstream
 * @param deadAfter failures in a row after which an upstream counts as dead and its connections are closed
 * @param reload between two looks at the configuration
 */
record Timing(Duration connect, Duration probe, int deadAfter, Duration reload) {
    /** A dead upstream's connections are closed within 8 s. */
    static final Timing STANDARD = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(2), 2, Duration.ofSeconds(1));
}
