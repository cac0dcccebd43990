package io.keelson.server.pool;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** How pools stand: written by the leader when it changes, read by whoever answers people. */
public final class PoolStandings {
    /** A clause for a person is cut here. */
    private static final int LONGEST = 500;

    private final StateStore store;

    public PoolStandings(StateStore store) {
        this.store = store;
    }

    /** The stored form of {@link PoolStanding}, version 1; an empty text stands for none. */
    record StoredStanding(String holds, List<Wait> waits) {}

    record Wait(String host, String what) {}

    /** All of them, by pool. */
    public List<PoolStanding> all() {
        return store.list(Keys.POOL_STANDINGS).stream().map(PoolStandings::read).toList();
    }

    /**
     * Notes how a pool stands, unless that is what is noted.
     *
     * @return false if nothing was written because another server leads by now, or the pool is no more
     */
    public boolean note(Epoch epoch, RegisteredPool pool, PoolStanding before, PoolStanding now) {
        if (before.version() != 0 && before.says(now)) {
            return true;
        }
        var stored = new StoredStanding(
                cut(now.holds().orElse("")),
                now.waits().entrySet().stream()
                        .map(each -> new Wait(each.getKey().value(), cut(each.getValue())))
                        .toList());
        return store.commit(Transaction.when(
                        Condition.holdsLeadership(epoch), Condition.unchanged(Keys.pool(pool.name()), pool.version()))
                .then(Write.put(Keys.poolStanding(pool.name()), Json.write(stored))));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private static PoolStanding read(Entry entry) {
        var stored = Json.read(entry, StoredStanding.class);
        var waits = new TreeMap<HostId, String>();
        stored.waits().forEach(wait -> waits.put(new HostId(wait.host()), wait.what()));
        return new PoolStanding(
                new PoolName(entry.name(Keys.POOL_STANDINGS)),
                Optional.of(stored.holds()).filter(text -> !text.isEmpty()),
                waits,
                entry.version());
    }
}
