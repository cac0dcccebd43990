package io.keelson.server.departures;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.util.List;
import java.util.Optional;

/**
 * How far hosts are on their way out, one record for each. The leader carries them on, fenced by its epoch; a person's word is
 * put there by whichever server was asked. Every write compares what was read.
 */
public final class DepartureRecords {
    private final StateStore store;

    public DepartureRecords(StateStore store) {
        this.store = store;
    }

    /** All of them, by host. */
    public List<Departure> all() {
        return store.list(Keys.DEPARTURES).stream().map(DepartureRecords::read).toList();
    }

    /**
     * Carries one on.
     *
     * @param known what the leader decided on; empty if there was none
     * @param next empty if it is over
     * @return false if somebody changed it meanwhile, or another server leads: look again
     */
    public boolean change(Epoch epoch, HostId host, Optional<Departure> known, Optional<Departure> next) {
        var key = Keys.departure(host);
        var entry = store.get(key);
        if (!entry.map(DepartureRecords::read).equals(known)) {
            return false;
        }
        return store.commit(Transaction.when(
                        entry.map(Condition::unchanged).orElse(Condition.absent(key)), Condition.holdsLeadership(epoch))
                .then(next.map(each -> Write.put(key, Json.write(StoredDeparture.of(each))))
                        .orElse(Write.delete(key))));
    }

    /**
     * Puts a person's word in the place of what there is.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}
     */
    public void say(Departure word) {
        var key = Keys.departure(word.host());
        var entry = store.get(key);
        var written =
                store.commit(Transaction.when(entry.map(Condition::unchanged).orElse(Condition.absent(key)))
                        .then(Write.put(key, Json.write(StoredDeparture.of(word)))));
        if (!written) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "how host " + word.host() + " leaves was changed at the same time",
                            Remedy.advise("Try again."))
                    .asException();
        }
    }

    private static Departure read(Entry entry) {
        return Json.read(entry, StoredDeparture.class).toDomain(new HostId(entry.name(Keys.DEPARTURES)));
    }
}
