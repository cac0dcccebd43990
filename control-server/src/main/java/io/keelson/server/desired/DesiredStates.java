package io.keelson.server.desired;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
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
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What each host is to be: read by all, written only here, and only by the leader. Every write compares the host's
 * last revision and the leader's epoch in the same transaction.
 */
public final class DesiredStates {
    /**
     * By how much revisions of hosts rise when the store is begun anew from a snapshot, for each number of {@link
     * Epoch#beginning}. So what is decided from then on is above all that was decided after the snapshot and is forgotten, also
     * for hosts that are away.
     */
    static final long FORGOTTEN_AT_MOST = 1_000_000;

    private final StateStore store;

    public DesiredStates(StateStore store) {
        this.store = store;
    }

    /** What a host is to be; empty if it was never told. */
    public Optional<DesiredState> get(HostId host) {
        return store.get(Keys.desired(host)).map(DesiredStates::read);
    }

    /** What every host is to be, by host. */
    public List<DesiredState> all() {
        return store.list(Keys.DESIRED).stream().map(DesiredStates::read).toList();
    }

    /**
     * Decides of which cluster a host is to be a node. The level of its operating system stays what it is to be; only a host that
     * is to hold an etcd member has none from then on.
     *
     * @param epoch of the caller's leadership
     * @param node empty: the host is to belong to no cluster, with nothing of one on it
     * @param guards that have to hold as well, such as that the cluster's declaration did not change meanwhile
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}: it may have been written; asking
     *     again is safe, it gives {@link Decision.Unchanged} then
     */
    public Decision decide(Epoch epoch, HostId host, Optional<NodeSpec> node, Condition... guards) {
        return decide(epoch, host, node, Obeyed.NOTHING, guards);
    }

    /**
     * The same of a host that says how far it is. If that is further than what is stored, it is told the same again by a revision
     * that it can obey, if there is one: {@link Obeyed#mayBeLed}. If there is none, the host's own refusal says so.
     */
    public Decision decide(Epoch epoch, HostId host, Optional<NodeSpec> node, Obeyed obeyed, Condition... guards) {
        return change(
                epoch,
                host,
                obeyed,
                known -> !known.isUntold() && known.node().equals(node),
                (known, revision) -> known.next(epoch, revision, node),
                guards);
    }

    /**
     * Tells a host to be bare, once more if it was told before: what is on it is looked at anew. Its level stays.
     *
     * @param epoch of the caller's leadership
     * @param guards that have to hold as well
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}: it may have been written; asking again is safe
     */
    public Decision tellBare(Epoch epoch, HostId host, Obeyed obeyed, Condition... guards) {
        return change(epoch, host, obeyed, known -> false, (known, revision) -> known.bare(epoch, revision), guards);
    }

    /**
     * Decides which level the operating system of a host is to have; whether it is to be a node stays as it is. A host that was
     * never told is not told to be bare by it: what it is otherwise it stays.
     *
     * @param epoch of the caller's leadership
     * @param os empty: nobody asks for a level; what was installed stays
     * @param guards that have to hold as well
     * @throws io.keelson.problem.ProblemException HOST_HOLDS_MEMBER if the host is to hold an etcd member: a reboot takes it
     *     down, and nobody here asks whether the others are sound; {@code SERVER_STORE_UNAVAILABLE} as {@link #decide} says
     */
    public Decision decideOs(Epoch epoch, HostId host, Optional<OsSpec> os, Obeyed obeyed, Condition... guards) {
        return change(
                epoch,
                host,
                obeyed,
                known -> known.os().equals(os),
                (known, revision) -> {
                    if (os.isPresent() && DesiredState.holdsMember(known.node())) {
                        throw holdsMember(host);
                    }
                    return known.nextOs(epoch, revision, os);
                },
                guards);
    }

    private Decision change(
            Epoch epoch,
            HostId host,
            Obeyed obeyed,
            Predicate<DesiredState> stands,
            BiFunction<DesiredState, Revision, DesiredState> step,
            Condition... guards) {
        var key = Keys.desired(host);
        var before = store.get(key);
        var known = before.map(DesiredStates::read).orElseGet(() -> DesiredState.untold(host));
        var heeded = obeyed.mayBeLed(epoch, known.revision()) ? obeyed : Obeyed.NOTHING;
        boolean behind = before.isPresent() && known.isBehind(heeded);
        if (stands.test(known) && !behind) {
            return new Decision.Unchanged(known);
        }
        var told = step.apply(known, next(epoch, known.revision(), heeded));
        var next = behind ? told.anew() : told;
        var written = store.commit(Transaction.when(
                        before.map(Condition::unchanged).orElse(Condition.absent(key)),
                        Condition.holdsLeadership(epoch))
                .and(guards)
                .then(Write.put(key, Json.write(StoredDesired.of(next)))));
        return written ? new Decision.Written(next) : new Decision.Refused();
    }

    private static ProblemException holdsMember(HostId host) {
        return Problem.error(
                        ProblemCode.HOST_HOLDS_MEMBER,
                        "host " + host
                                + " is to hold a member of etcd; no OS level is brought to it, as that may need a"
                                + " reboot",
                        Remedy.advise("Name workers only.", "keelson describe host " + host))
                .asException();
    }

    private static Revision next(Epoch epoch, Revision known, Obeyed obeyed) {
        return new Revision(Math.max(
                        forgotten(epoch),
                        Math.max(known.value(), obeyed.revision().value())))
                .next();
    }

    /** No revision that was decided before the store was last begun anew is above this. */
    static long forgotten(Epoch leader) {
        return leader.beginning() * FORGOTTEN_AT_MOST;
    }

    /**
     * Tells what hosts are to be from now on, and everything again where changes may have been missed. What is told
     * may have been told before.
     */
    public Watch watch(Consumer<DesiredState> onChange) {
        return store.watch(Keys.DESIRED, 0, change -> {
            switch (change) {
                case Change.Put(var entry) -> onChange.accept(read(entry));
                case Change.Deleted(var key, var version) -> {
                    // Nobody deletes these keys: revisions have to survive their hosts.
                }
                case Change.Resync(var revision) -> all().forEach(onChange);
            }
        });
    }

    private static DesiredState read(Entry entry) {
        return StoredDesired.read(entry).toDomain(new HostId(entry.name(Keys.DESIRED)));
    }
}
