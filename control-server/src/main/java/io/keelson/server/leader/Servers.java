package io.keelson.server.leader;

import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Watch;
import io.keelson.server.store.Write;
import java.util.List;
import java.util.Optional;

/**
 * The servers of this installation. Each writes its own key when it starts; a server that is down for a while stays
 * listed, since the agents that join meanwhile are to know it.
 */
public final class Servers {
    private final StateStore store;

    public Servers(StateStore store) {
        this.store = store;
    }

    /** Tells the others where this server is. */
    public void register(Endpoints server) {
        var key = Keys.SERVERS + server.name();
        var known = store.get(key).map(Servers::read);
        if (!known.equals(Optional.of(server))) {
            store.commit(Transaction.always(Write.put(key, Json.write(server))));
        }
    }

    /**
     * Forgets a server that is gone for good. One that still runs registers itself again.
     *
     * @return false if there was none of that name
     */
    public boolean forget(String name) {
        var known = store.get(Keys.SERVERS + name);
        return known.isPresent()
                && store.commit(Transaction.when(Condition.unchanged(known.get()))
                        .then(Write.delete(known.get().key())));
    }

    /** All servers, by name. */
    public List<Endpoints> all() {
        return store.list(Keys.SERVERS).stream().map(Servers::read).toList();
    }

    /** Calls after each change, and when changes may have been missed. */
    public Watch watch(Runnable changed) {
        return store.watch(Keys.SERVERS, 0, change -> changed.run());
    }

    private static Endpoints read(Entry entry) {
        return Json.read(entry, Endpoints.class);
    }

    /**
     * A server and where it listens.
     *
     * @param agents host:port for agents
     * @param operators host:port for operators and for enrolment
     * @param tunnels host:port for kubectl
     */
    public record Endpoints(String name, String agents, String operators, String tunnels) {}
}
