package io.keelson.server.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a pool stands, as its leader last saw it. For people; nothing is decided on it, and what it says may be some seconds old.
 *
 * @param holds why nothing is begun although something is to be done; empty if something is, or nothing is to be done
 * @param waits what hosts wait for, each in a clause for a person; none for a host that waits for nothing
 * @param version of its entry in the store; 0 if it is not stored yet
 */
public record PoolStanding(PoolName pool, Optional<String> holds, SortedMap<HostId, String> waits, long version) {
    public PoolStanding {
        waits = Collections.unmodifiableSortedMap(new TreeMap<>(waits));
    }

    /** Of a pool that nobody has looked at yet. */
    public static PoolStanding unknown(PoolName pool) {
        return new PoolStanding(pool, Optional.empty(), new TreeMap<>(), 0);
    }

    /** As it is seen now, to be written. */
    public static PoolStanding of(PoolName pool, Optional<String> holds, Map<HostId, String> waits) {
        return new PoolStanding(pool, holds, new TreeMap<>(waits), 0);
    }

    /** Whether it says the same. */
    boolean says(PoolStanding other) {
        return holds.equals(other.holds) && waits.equals(other.waits);
    }
}
