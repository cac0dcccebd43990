package io.keelson.server.pool;

import io.keelson.fleet.PoolName;
import io.keelson.pool.Stage;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Deletes a pool whose hosts are spares, or nodes that the cluster's own declaration names as well: those stay what they are. It
 * is announced before the hosts are looked at, so that the loop, whose writes compare the pool's version, changes nothing
 * meanwhile. One that a crash has stopped is begun again.
 */
public final class PoolRemoval {
    private static final int AT_ONCE = 50;

    private final StateStore store;
    private final NodePools pools;
    private final PoolRecords records;
    private final PoolHistory history;
    private final AuditLog audit;

    public PoolRemoval(StateStore store, NodePools pools, PoolRecords records, PoolHistory history, AuditLog audit) {
        this.store = store;
        this.pools = pools;
        this.records = records;
        this.history = history;
        this.audit = audit;
    }

    /**
     * What is known of a pool's hosts at one moment.
     *
     * @param mayGo whether the pool may let go of the host as it is
     * @param still that this is so still
     */
    public record Standing(Predicate<PoolRecord> mayGo, Condition still) {}

    /**
     * Deletes the pool.
     *
     * @param look at the fleet, afresh each time
     * @throws io.keelson.problem.ProblemException {@code POOL_UNKNOWN}, {@code POOL_IN_USE}, {@code RESOURCE_CONFLICT}
     */
    public void remove(String actor, PoolName name, Supplier<Standing> look) {
        var known = pools.require(name);
        refuseIfInUse(name, look.get());
        audit.append(actor, "pool.remove", name.value(), "asked for");
        var begun = pools.rewrite(known, known.removing(true));
        var standing = look.get();
        if (!inUse(name, standing).isEmpty()) {
            var unused = pools.rewrite(begun, begun.removing(false));
            refuseIfInUse(name, standing);
        }
        release(begun, standing);
        pools.require(
                begun,
                Transaction.when(NodePools.unchanged(begun))
                        .then(Write.delete(Keys.pool(name)), Write.delete(Keys.poolStanding(name))));
        history.forget(name);
    }

    private void release(RegisteredPool pool, Standing standing) {
        var all = records.of(pool.name());
        for (int begin = 0; begin < all.size(); begin += AT_ONCE) {
            var transaction = Transaction.when(NodePools.unchanged(pool), standing.still());
            for (var record : all.subList(begin, Math.min(all.size(), begin + AT_ONCE))) {
                transaction =
                        transaction.and(PoolRecords.unchanged(record)).then(Write.delete(Keys.poolHost(record.host())));
            }
            pools.require(pool, transaction);
        }
    }

    private List<PoolRecord> inUse(PoolName name, Standing standing) {
        return records.of(name).stream()
                .filter(record ->
                        record.stage() != Stage.SPARE && !standing.mayGo().test(record))
                .toList();
    }

    private void refuseIfInUse(PoolName name, Standing standing) {
        var used = inUse(name, standing);
        if (!used.isEmpty()) {
            var first = used.getFirst();
            throw Problem.error(
                            ProblemCode.POOL_IN_USE,
                            "node pool " + name + " has " + used.size() + " hosts that are no spares, such as "
                                    + first.host() + ", which is " + first.stage(),
                            Remedy.advise(
                                    "Give it size 0, and its nodes are emptied and leave; or name its hosts in a pool"
                                            + " of their cluster, and they stay. A host that has failed is reset.",
                                    "keelson describe nodepool " + name))
                    .asException();
        }
    }
}
