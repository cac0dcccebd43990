package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.Change;
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
import java.util.function.Consumer;

/** The hosts that have an identity. They get it by {@link Enrolment} and lose it here. */
public final class Hosts {
    private final StateStore store;
    private final AuditLog audit;

    public Hosts(StateStore store, AuditLog audit) {
        this.store = store;
        this.audit = audit;
    }

    /** The host of that id, also a revoked one. */
    public Optional<Host> find(HostId id) {
        return store.get(Keys.host(id)).map(Hosts::read);
    }

    /** All hosts by id, also revoked ones. */
    public List<Host> all() {
        return store.list(Keys.HOSTS).stream().map(Hosts::read).toList();
    }

    /** Takes a host's identity away for good; its open calls end within seconds, at every server. */
    public void revoke(String actor, HostId id) {
        var entry = existing(id);
        var host = Json.read(entry, StoredHost.class);
        if (host.revoked()) {
            return;
        }
        audit.append(actor, "host.revoke", id.value(), "identity revoked");
        change(entry, Write.put(entry.key(), Json.write(host.revoke())));
    }

    /**
     * Forgets a host, so that a machine may enrol under its name again with a new token and a new key. What the host
     * is to be keeps its revision.
     */
    public void remove(String actor, HostId id) {
        var entry = existing(id);
        audit.append(actor, "host.remove", id.value(), "host forgotten");
        change(entry, Write.delete(entry.key()));
    }

    /**
     * Tells the ids of hosts that were enrolled, enrolled with another key, revoked or removed from now on: whoever is
     * known by what stood there before has to be looked at.
     *
     * @param onDoubt called when changes may have been missed: any host may have changed
     */
    public Watch watchIdentities(Consumer<HostId> onChange, Runnable onDoubt) {
        return store.watch(Keys.HOSTS, 0, change -> {
            switch (change) {
                case Change.Put(var entry) -> onChange.accept(read(entry).id());
                case Change.Deleted(var key, var version) ->
                    onChange.accept(new HostId(key.substring(Keys.HOSTS.length())));
                case Change.Resync(var revision) -> onDoubt.run();
            }
        });
    }

    private Entry existing(HostId id) {
        return store.get(Keys.host(id))
                .orElseThrow(() -> Problem.error(
                                ProblemCode.HOST_UNKNOWN,
                                "there is no host " + id,
                                Remedy.advise("See which hosts there are.", "keelson get hosts"))
                        .asException());
    }

    private void change(Entry read, Write write) {
        if (!store.commit(Transaction.when(Condition.unchanged(read)).then(write))) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "host " + read.name(Keys.HOSTS) + " was changed at the same time",
                            Remedy.advise("Try again."))
                    .asException();
        }
    }

    static Host read(Entry entry) {
        return Json.read(entry, StoredHost.class).toDomain(new HostId(entry.name(Keys.HOSTS)));
    }
}
