package io.keelson.server.observed;

import io.keelson.etcd.MemberReport;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.store.Change;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Watch;
import io.keelson.server.store.Write;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What hosts say they are, and what happened on them. A report is stored together with its position in the agent's
 * spool, so that one that is delivered again changes nothing; of each host the newest {@link #KEPT_EVENTS} are kept.
 */
public final class ObservedStates {
    /** How many events of a host are kept. */
    public static final int KEPT_EVENTS = 2_000;
    /** The subject of an event that is about the whole plan. */
    public static final String PLAN = "plan";

    private static final int TRIES = 20;

    private final StateStore store;

    public ObservedStates(StateStore store) {
        this.store = store;
    }

    /** What a host said last; empty if it never was connected. */
    public Optional<ObservedHost> get(HostId host) {
        return store.get(Keys.observed(host)).map(ObservedStates::read);
    }

    /** What all hosts said last, by host. */
    public List<ObservedHost> all() {
        return store.list(Keys.OBSERVED).stream().map(ObservedStates::read).toList();
    }

    /**
     * What happened on a host, oldest first.
     *
     * @param limit the newest this many
     */
    public List<HostEvent> events(HostId host, int limit) {
        var all = store.list(Keys.events(host));
        return all.subList(Math.max(0, all.size() - limit), all.size()).stream()
                .map(entry -> Json.read(entry, StoredObserved.Event.class).toDomain())
                .toList();
    }

    /** Tells what hosts say from now on, and everything again where changes may have been missed. */
    public Watch watch(Consumer<ObservedHost> onChange) {
        return store.watch(Keys.OBSERVED, 0, change -> {
            switch (change) {
                case Change.Put(var entry) -> onChange.accept(read(entry));
                case Change.Deleted(var key, var version) -> {
                    // What was seen of a host outlives the host.
                }
                case Change.Resync(var revision) -> all().forEach(onChange);
            }
        });
    }

    /** A session begins; it takes the place of any other of that host. */
    public void connected(HostId host, String session, String server, Hello hello, Instant now) {
        change(host, known -> Optional.of(known.connected(session, server, hello, now.toEpochMilli())));
    }

    /** A session ended; nothing is changed if another has taken its place. */
    public void disconnected(HostId host, String session, Instant lastSeen) {
        change(
                host,
                known -> known.session().equals(session)
                        ? Optional.of(known.disconnected(lastSeen.toEpochMilli()))
                        : Optional.empty());
    }

    /** A session lives. Callers say so no more often than {@link ObservedHost#GRANULARITY}. */
    public void seen(HostId host, String session, Instant now) {
        change(
                host,
                known -> known.session().equals(session)
                        ? Optional.of(known.seen(now.toEpochMilli()))
                        : Optional.empty());
    }

    /**
     * Stores a report, unless it is stored already.
     *
     * @return false if it was
     */
    public boolean report(HostId host, HostReport report, Instant now) {
        return change(
                host,
                known -> known.spool().equals(report.spool()) && report.sequence() <= known.sequence()
                        ? Optional.empty()
                        : Optional.of(known.after(report, now.toEpochMilli())),
                next -> new Write[] {
                    Write.put(Keys.event(host, next.events()), Json.write(StoredObserved.Event.of(report.event()))),
                    Write.delete(Keys.event(host, Math.max(0, next.events() - KEPT_EVENTS)))
                });
    }

    /**
     * What a host says of the etcd member on it, in place of what it said before. Nothing is changed if another session
     * has taken the place of that one, or if it is no news.
     */
    public void etcd(HostId host, String session, MemberReport report, Instant now) {
        var said = StoredMember.of(session, report);
        change(
                host,
                known -> known.session().equals(session) && !known.etcd().equals(List.of(said))
                        ? Optional.of(known.saying(said, now.toEpochMilli()))
                        : Optional.empty());
    }

    private void change(HostId host, Function<StoredObserved, Optional<StoredObserved>> step) {
        change(host, step, next -> new Write[0]);
    }

    private boolean change(
            HostId host,
            Function<StoredObserved, Optional<StoredObserved>> step,
            Function<StoredObserved, Write[]> alongside) {
        var key = Keys.observed(host);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var entry = store.get(key);
            var known = entry.map(StoredObserved::read).orElseGet(StoredObserved::nothing);
            var next = step.apply(known);
            if (next.isEmpty()) {
                return false;
            }
            var written = store.commit(
                    Transaction.when(entry.map(Condition::unchanged).orElse(Condition.absent(key)))
                            .then(Write.put(key, Json.write(next.get())))
                            .then(alongside.apply(next.get())));
            if (written) {
                return true;
            }
        }
        throw Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "what host " + host + " says was written by others " + TRIES + " times in a row",
                        Remedy.advise(
                                "See whether two agents run under one identity.", "keelson describe host " + host))
                .asException();
    }

    private static ObservedHost read(Entry entry) {
        return StoredObserved.read(entry).toDomain(new HostId(entry.name(Keys.OBSERVED)));
    }
}
