package io.keelson.server.pool;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What became of the hosts of each pool: the newest {@value #MOST_OF_HOST} events of each, so that a large pool keeps its small
 * hosts' last replacements too. Each is written together with the record that it tells of.
 */
public final class PoolHistory {
    /** The most events that are kept of one host: some replacements of six or so. */
    static final int MOST_OF_HOST = 48;

    /** The most that are kept of one pool, whatever hosts have been in it: those of its largest number of hosts, for a while. */
    static final int MOST = 20_000;

    /** How many are removed by one write at most; as many as come to be too many, and some more after a change of the bound. */
    private static final int REMOVED_AT_ONCE = 8;

    private static final int FORGOTTEN_AT_ONCE = 100;

    private final StateStore store;

    public PoolHistory(StateStore store) {
        this.store = store;
    }

    /** The stored form of {@link PoolEvent}, version 1; an empty stage stands for none. */
    record StoredEvent(long atMillis, String host, String from, String to, String why) {}

    /**
     * The newest events of a pool, oldest first.
     *
     * @param atMost at least 0
     */
    public List<PoolEvent> newest(PoolName pool, int atMost) {
        var entries = store.list(Keys.poolHistory(pool));
        return entries.subList(Math.max(0, entries.size() - atMost), entries.size()).stream()
                .map(entry -> read(pool, entry))
                .toList();
    }

    /** One more event, as it is to be written with what it tells of. */
    Transaction append(PoolName pool, Instant at, HostId host, Optional<Stage> from, Optional<Stage> to, String why) {
        var entries = store.list(Keys.poolHistory(pool));
        long number = entries.isEmpty() ? 1 : number(pool, entries.getLast()) + 1;
        var key = Keys.poolEvent(pool, number);
        var event = new StoredEvent(
                at.toEpochMilli(),
                host.value(),
                from.map(Stage::name).orElse(""),
                to.map(Stage::name).orElse(""),
                why);
        var writes = new ArrayList<Write>();
        writes.add(Write.put(key, Json.write(event)));
        tooMany(pool, host, entries).limit(REMOVED_AT_ONCE).forEach(old -> writes.add(Write.delete(old.key())));
        return Transaction.when(Condition.absent(key)).then(writes.toArray(Write[]::new));
    }

    /** The oldest of that host, and of all, that make room for one more. */
    private static Stream<Entry> tooMany(PoolName pool, HostId host, List<Entry> entries) {
        var ofHost = entries.stream()
                .filter(entry -> read(pool, entry).host().equals(host))
                .toList();
        return Stream.concat(
                        ofHost.stream().limit(Math.max(0, ofHost.size() + 1L - MOST_OF_HOST)),
                        entries.stream().limit(Math.max(0, entries.size() + 1L - MOST)))
                .distinct();
    }

    /** Forgets all of a pool that is no more. What a crash leaves of it is the beginning of the next one's of that name. */
    void forget(PoolName pool) {
        var entries = store.list(Keys.poolHistory(pool));
        for (int begin = 0; begin < entries.size(); begin += FORGOTTEN_AT_ONCE) {
            var some = entries.subList(begin, Math.min(entries.size(), begin + FORGOTTEN_AT_ONCE));
            var unused = store.commit(Transaction.always(
                    some.stream().map(entry -> Write.delete(entry.key())).toArray(Write[]::new)));
        }
    }

    private static PoolEvent read(PoolName pool, Entry entry) {
        var stored = Json.read(entry, StoredEvent.class);
        return new PoolEvent(
                number(pool, entry),
                Instant.ofEpochMilli(stored.atMillis()),
                new HostId(stored.host()),
                stage(stored.from()),
                stage(stored.to()),
                stored.why());
    }

    private static Optional<Stage> stage(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Stage.valueOf(text));
    }

    private static long number(PoolName pool, Entry entry) {
        return Long.parseLong(entry.name(Keys.poolHistory(pool)));
    }
}
