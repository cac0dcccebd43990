package io.keelson.server.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.NodePool;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** All node pools at one moment, with what they do with their hosts. */
public record PoolsImage(
        SortedMap<PoolName, RegisteredPool> pools,
        SortedMap<HostId, PoolRecord> records,
        SortedMap<PoolName, PoolStanding> standings) {
    /** There is none. */
    public static final PoolsImage NONE = of(List.of(), List.of(), List.of());

    public PoolsImage {
        pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
        records = Collections.unmodifiableSortedMap(new TreeMap<>(records));
        standings = Collections.unmodifiableSortedMap(new TreeMap<>(standings));
    }

    /** The image of its parts. */
    public static PoolsImage of(List<RegisteredPool> pools, List<PoolRecord> records, List<PoolStanding> standings) {
        return new PoolsImage(
                sorted(pools, RegisteredPool::name),
                sorted(records, PoolRecord::host),
                sorted(standings, PoolStanding::pool));
    }

    private static <K extends Comparable<K>, V> SortedMap<K, V> sorted(List<V> values, Function<V, K> key) {
        var map = new TreeMap<K, V>();
        values.forEach(value -> map.put(key.apply(value), value));
        return map;
    }

    /** The pool as it is declared, if it is. */
    public Optional<NodePool> declared(PoolName pool) {
        return Optional.ofNullable(pools.get(pool)).map(RegisteredPool::pool);
    }

    /** What a pool does with the host; empty if no pool has it. */
    public Optional<PoolRecord> of(HostId host) {
        return Optional.ofNullable(records.get(host));
    }

    /** What the pool does with its hosts, by host. */
    public List<PoolRecord> of(PoolName pool) {
        return records.values().stream()
                .filter(record -> record.pool().equals(pool))
                .toList();
    }

    /** The pool that has the host. */
    public Optional<RegisteredPool> poolOf(HostId host) {
        return of(host).map(PoolRecord::pool).map(pools::get);
    }

    /** How the pool stands, as far as anybody has looked. */
    public PoolStanding standing(PoolName pool) {
        return standings.getOrDefault(pool, PoolStanding.unknown(pool));
    }

    /** This image with a declaration in the place of the one of that name, as if it were registered. */
    public PoolsImage with(RegisteredPool pool) {
        var changed = new TreeMap<>(pools);
        changed.put(pool.name(), pool);
        return new PoolsImage(changed, records, standings);
    }
}
