package io.keelson.pool;

import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.Zone;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A pool at one moment.
 *
 * @param hosts all that it has, in any order
 * @param elsewhere zones in which nodes of its cluster's other pools are away on purpose
 * @param restarted when a person last wanted every node to be begun anew; {@link Instant#EPOCH} if nobody did
 * @param pause what a person has said of it last
 */
public record PoolPicture(
        PoolSpec pool, List<PoolHost> hosts, Set<Zone> elsewhere, Instant restarted, Pause pause, Instant now) {
    public PoolPicture {
        hosts = List.copyOf(hosts);
        elsewhere = Set.copyOf(elsewhere);
    }

    /** Of the only pool of its cluster, of which nobody wants more than it declares. */
    public PoolPicture(PoolSpec pool, List<PoolHost> hosts, Pause pause, Instant now) {
        this(pool, hosts, Set.of(), Instant.EPOCH, pause, now);
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
