package io.keelson.pool;

import io.keelson.fleet.PoolSpec;
import java.time.Instant;
import java.util.List;

/**
 * A pool at one moment.
 *
 * @param hosts all that it has, in any order
 * @param pause what a person has said of it last
 */
public record PoolPicture(PoolSpec pool, List<PoolHost> hosts, Pause pause, Instant now) {
    public PoolPicture {
        hosts = List.copyOf(hosts);
    }

    /** What a person may say. */
    public enum Pause {
        /** Nothing. */
        NONE,
        /** Nothing more is begun; what is begun is brought to its end. */
        PAUSED,
        /** And nodes that are still being emptied serve again. */
        CANCELLED
    }
}
