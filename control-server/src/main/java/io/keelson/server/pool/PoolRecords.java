package io.keelson.server.pool;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.Stage;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What pools do with their hosts: one record for each host, so that no host is in two pools. Only the leader writes, each time
 * with the event of it, and only while the pool's declaration and the host's record are those that it decided on: each of these
 * writes says by false that one of them is not, and nothing was written.
 */
public final class PoolRecords {
    private final StateStore store;
    private final PoolHistory history;

    public PoolRecords(StateStore store, PoolHistory history) {
        this.store = store;
        this.history = history;
    }

    /** All of them, by host. */
    public List<PoolRecord> all() {
        return store.list(Keys.POOL_HOSTS).stream().map(PoolRecords::read).toList();
    }

    /** Those of one pool, by host. */
    public List<PoolRecord> of(PoolName pool) {
        return all().stream().filter(record -> record.pool().equals(pool)).toList();
    }

    /** That of a host. */
    public Optional<PoolRecord> get(HostId host) {
        return store.get(Keys.poolHost(host)).map(PoolRecords::read);
    }

    /**
     * Takes a host that no pool has.
     *
     * @param still what must hold besides, such as that no cluster was declared since that names the host
     */
    public boolean take(Epoch epoch, RegisteredPool pool, PoolRecord taken, Condition... still) {
        var key = Keys.poolHost(taken.host());
        return store.commit(leading(epoch, pool)
                .and(still)
                .and(Condition.absent(key))
                .then(Write.put(key, Json.write(StoredPoolRecord.of(taken))))
                .and(history.append(
                        taken.pool(),
                        taken.since(),
                        taken.host(),
                        Optional.empty(),
                        Optional.of(taken.stage()),
                        taken.why())));
    }

    /** Lets a host go on to another stage. What a person wished of it is done with that. */
    public boolean move(Epoch epoch, RegisteredPool pool, PoolRecord before, PoolRecord after) {
        var write = leading(epoch, pool)
                .and(unchanged(before))
                .then(Write.put(Keys.poolHost(after.host()), Json.write(StoredPoolRecord.of(after))))
                .and(history.append(
                        after.pool(),
                        after.since(),
                        after.host(),
                        Optional.of(before.stage()),
                        Optional.of(after.stage()),
                        after.why()));
        return store.commit(granted(pool, after.host(), write));
    }

    private static Transaction granted(RegisteredPool pool, HostId host, Transaction write) {
        return pool.wishes().containsKey(host) ? write.then(NodePools.write(pool.without(host))) : write;
    }

    /** Notes that what is done once on coming to this stage was done. */
    public boolean settle(Epoch epoch, RegisteredPool pool, PoolRecord record) {
        return store.commit(leading(epoch, pool)
                .and(unchanged(record))
                .then(Write.put(Keys.poolHost(record.host()), Json.write(StoredPoolRecord.of(record.settle())))));
    }

    /** Lets go of a host; another pool, or a cluster, may have it. */
    public boolean release(Epoch epoch, RegisteredPool pool, PoolRecord record, Instant now, String why) {
        var write = leading(epoch, pool)
                .and(unchanged(record))
                .then(Write.delete(Keys.poolHost(record.host())))
                .and(history.append(
                        record.pool(), now, record.host(), Optional.of(record.stage()), Optional.<Stage>empty(), why));
        return store.commit(granted(pool, record.host(), write));
    }

    private static Transaction leading(Epoch epoch, RegisteredPool pool) {
        return Transaction.when(
                Condition.holdsLeadership(epoch), Condition.unchanged(Keys.pool(pool.name()), pool.version()));
    }

    static Condition unchanged(PoolRecord record) {
        return Condition.unchanged(Keys.poolHost(record.host()), record.version());
    }

    private static PoolRecord read(Entry entry) {
        return StoredPoolRecord.read(entry, new HostId(entry.name(Keys.POOL_HOSTS)));
    }
}
