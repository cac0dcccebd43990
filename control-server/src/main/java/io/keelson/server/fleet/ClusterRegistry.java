package io.keelson.server.fleet;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The declared clusters: the only writer of their keys. All changes go through one more key, so that two declarations
 * made at the same time cannot both take the same host: the later one is judged again.
 */
public final class ClusterRegistry {
    /** Written with every change of any declaration. */
    private static final String ORDER = Keys.ROOT + "clusters-order";

    private final StateStore store;
    private final AuditLog audit;
    private final InstantSource clock;

    public ClusterRegistry(StateStore store, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /** All declared clusters, by name. */
    public List<RegisteredCluster> all() {
        return store.list(Keys.CLUSTERS).stream().map(ClusterRegistry::read).toList();
    }

    /** The cluster of that name. */
    public Optional<RegisteredCluster> get(ClusterName name) {
        return store.get(Keys.cluster(name)).map(ClusterRegistry::read);
    }

    /** The order of all changes; read before judging a declaration, compared when it is written. */
    public Order order() {
        return new Order(store.get(ORDER));
    }

    /** A moment in the history of all declarations. */
    public record Order(Optional<Entry> entry) {
        /** That nothing was declared since. */
        public Condition unchanged() {
            return entry.map(Condition::unchanged).orElse(Condition.absent(ORDER));
        }

        private Write next() {
            long number = entry.map(e -> Json.read(e, Number.class).number()).orElse(0L);
            return Write.put(ORDER, Json.write(new Number(number + 1)));
        }
    }

    /** The stored form of the order, version 1. */
    record Number(long number) {}

    /** What a declaration is compared with what is registered. */
    public enum Change {
        CREATED,
        CONFIGURED,
        UNCHANGED
    }

    /** What declaring it would change. */
    public Change compare(Optional<RegisteredCluster> registered, ClusterSpec spec) {
        return registered
                .map(known -> known.spec().equals(spec) && !known.removing() ? Change.UNCHANGED : Change.CONFIGURED)
                .orElse(Change.CREATED);
    }

    /**
     * Registers declarations together, with what the caller wants written in the same transaction. Those that change
     * nothing are not written.
     *
     * @param order from before the caller judged the declarations
     * @param pools what registers the node pools that are declared together with them
     * @return false if something was declared in between; nothing was written
     */
    public boolean declare(
            String actor, Order order, List<ClusterSpec> specs, Transaction pools, Transaction alongside) {
        var conditions = new ArrayList<Condition>();
        var writes = new ArrayList<Write>();
        for (var spec : specs) {
            var key = Keys.cluster(spec.name());
            var entry = store.get(key);
            var known = entry.map(ClusterRegistry::read);
            if (compare(known, spec) == Change.UNCHANGED) {
                continue;
            }
            audit.append(actor, "cluster.declare", spec.name().value(), "bundle " + spec.bundle());
            var next = new RegisteredCluster(
                    spec,
                    known.map(RegisteredCluster::created).orElseGet(clock::instant),
                    known.map(RegisteredCluster::generation).orElse(0L) + 1,
                    false,
                    known.map(before -> stillMeant(before, spec)).orElse(Map.of()),
                    known.map(RegisteredCluster::snapshotsAsked).orElse(0L),
                    known.flatMap(RegisteredCluster::refounding),
                    0);
            conditions.add(entry.map(Condition::unchanged).orElse(Condition.absent(key)));
            writes.add(Write.put(key, Json.write(StoredCluster.of(next))));
        }
        if (!writes.isEmpty() || !pools.writes().isEmpty()) {
            conditions.add(order.unchanged());
            writes.add(order.next());
        }
        return store.commit(
                alongside.and(pools).and(conditions.toArray(Condition[]::new)).then(writes.toArray(Write[]::new)));
    }

    /**
     * Asks for a snapshot of the cluster's etcd out of turn; the leader's loop chooses who takes it.
     *
     * @throws io.keelson.problem.ProblemException {@code CLUSTER_UNKNOWN}, {@code RESOURCE_CONFLICT}
     */
    public void askForSnapshot(String actor, ClusterName name) {
        var cluster = get(name).orElseThrow(() -> unknown(name).asException());
        audit.append(actor, "etcd-snapshot.take", name.value(), "asked for");
        rewrite(cluster.name(), cluster.version(), cluster.snapshotAsked());
    }

    /**
     * Begins a removal: from now on no host is assigned to the cluster.
     *
     * @throws io.keelson.problem.ProblemException {@code CLUSTER_UNKNOWN}, {@code RESOURCE_CONFLICT}
     */
    public RegisteredCluster beginRemoval(String actor, ClusterName name) {
        var cluster = get(name).orElseThrow(() -> unknown(name).asException());
        audit.append(actor, "cluster.remove", name.value(), "asked for");
        return rewrite(cluster.name(), cluster.version(), cluster.removing(true));
    }

    /**
     * Notes what operators want to have been done to etcd members; nothing that was asked for before is taken back.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}
     */
    public void ask(String actor, RegisteredCluster cluster, Map<HostId, EtcdUpkeep> wanted) {
        var upkeep = new HashMap<>(cluster.upkeep());
        wanted.forEach((host, counts) -> upkeep.merge(host, counts, EtcdUpkeep::atLeast));
        if (upkeep.equals(cluster.upkeep())) {
            return;
        }
        audit.append(actor, "etcd.upkeep", cluster.name().value(), "asked for: " + new TreeMap<>(wanted));
        var unused = rewrite(cluster.name(), cluster.version(), cluster.wanting(upkeep));
    }

    /**
     * Notes that the cluster's etcd is to be begun anew; the leader's loop tells its hosts.
     *
     * @param still what must hold besides, such as that the snapshot is there which was looked at
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}
     */
    public void refound(String actor, RegisteredCluster cluster, RequestedRefounding wanted, Condition... still) {
        audit.append(
                actor,
                "etcd.refound",
                cluster.name().value(),
                "confirmed: number " + wanted.number() + " at host " + wanted.founder() + ", with " + wanted.origin());
        var unused = rewrite(cluster.name(), cluster.version(), cluster.refounded(wanted), still);
    }

    /** Takes {@link #beginRemoval} back. */
    public void cancelRemoval(RegisteredCluster cluster) {
        rewrite(cluster.name(), cluster.version(), cluster.removing(false));
    }

    /** Removes a declaration whose removal was begun. */
    public void finishRemoval(RegisteredCluster cluster) {
        var order = order();
        require(
                cluster.name(),
                Transaction.when(
                                Condition.unchanged(Keys.cluster(cluster.name()), cluster.version()), order.unchanged())
                        .then(Write.delete(Keys.cluster(cluster.name())), order.next()));
    }

    /** A host that holds no member any more begins anew if it ever does again. */
    private static Map<HostId, EtcdUpkeep> stillMeant(RegisteredCluster before, ClusterSpec spec) {
        var upkeep = new HashMap<>(before.upkeep());
        upkeep.keySet().retainAll(spec.controlPlane());
        return upkeep;
    }

    private RegisteredCluster rewrite(ClusterName name, long version, RegisteredCluster next, Condition... still) {
        var key = Keys.cluster(name);
        var order = order();
        require(
                name,
                Transaction.when(Condition.unchanged(key, version), order.unchanged())
                        .and(still)
                        .then(Write.put(key, Json.write(StoredCluster.of(next))), order.next()));
        return get(name).orElseThrow(() -> unknown(name).asException());
    }

    private void require(ClusterName name, Transaction transaction) {
        if (!store.commit(transaction)) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "cluster " + name + " was changed at the same time",
                            Remedy.advise("Look at it and try again.", "keelson get clusters " + name))
                    .asException();
        }
    }

    /** There is no cluster of that name. */
    public static Problem unknown(ClusterName name) {
        return Problem.error(
                ProblemCode.CLUSTER_UNKNOWN,
                "there is no cluster " + name,
                Remedy.advise("See which clusters there are.", "keelson get clusters"));
    }

    private static RegisteredCluster read(Entry entry) {
        return StoredCluster.read(entry).toDomain(new ClusterName(entry.name(Keys.CLUSTERS)), entry.version());
    }
}
