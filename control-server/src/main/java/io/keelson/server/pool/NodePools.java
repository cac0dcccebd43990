package io.keelson.server.pool;

import io.keelson.fleet.PoolName;
import io.keelson.pool.NodePool;
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
import java.util.List;
import java.util.Optional;

/** The declared node pools, and what people have said of them since. */
public final class NodePools {
    private final StateStore store;
    private final AuditLog audit;
    private final InstantSource clock;

    public NodePools(StateStore store, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /** All declared pools, by name. */
    public List<RegisteredPool> all() {
        return store.list(Keys.POOLS).stream().map(NodePools::read).toList();
    }

    /** The pool of that name. */
    public Optional<RegisteredPool> get(PoolName name) {
        return store.get(Keys.pool(name)).map(NodePools::read);
    }

    /** @throws io.keelson.problem.ProblemException {@code POOL_UNKNOWN} */
    public RegisteredPool require(PoolName name) {
        return get(name).orElseThrow(() -> unknown(name).asException());
    }

    /** What a declaration is compared with what is registered. */
    public enum Change {
        CREATED,
        CONFIGURED,
        UNCHANGED
    }

    /** What declaring it would change. */
    public static Change compare(Optional<RegisteredPool> registered, NodePool pool) {
        return registered
                .map(known -> known.pool().equals(pool) && !known.removing() ? Change.UNCHANGED : Change.CONFIGURED)
                .orElse(Change.CREATED);
    }

    /**
     * What registers declarations together, noted in the audit log; empty if they change nothing. Whoever commits it makes sure
     * that nothing else was declared since they were judged.
     */
    public Transaction declaring(String actor, List<NodePool> pools) {
        var transaction = Transaction.empty();
        for (var pool : pools) {
            var known = get(pool.name());
            if (compare(known, pool) == Change.UNCHANGED) {
                continue;
            }
            audit.append(
                    actor,
                    "pool.declare",
                    pool.name().value(),
                    "cluster " + pool.cluster() + ", size " + pool.spec().size() + ", OS level "
                            + pool.spec().level().map(level -> level.value()).orElse("any"));
            var next = known.map(before -> before.removing(false).declared(pool))
                    .orElseGet(() -> RegisteredPool.of(pool, clock.instant()));
            transaction = transaction
                    .and(known.map(NodePools::unchanged).orElseGet(() -> Condition.absent(Keys.pool(pool.name()))))
                    .then(write(next));
        }
        return transaction;
    }

    /**
     * Writes what a person has said of a pool.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}
     */
    RegisteredPool rewrite(RegisteredPool before, RegisteredPool next) {
        require(before, Transaction.when(unchanged(before)).then(write(next)));
        return require(before.name());
    }

    /** @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT} */
    void require(RegisteredPool pool, Transaction transaction) {
        if (!store.commit(transaction)) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "node pool " + pool.name() + " was changed at the same time",
                            Remedy.advise("Look at it and try again.", "keelson get nodepools " + pool.name()))
                    .asException();
        }
    }

    static Condition unchanged(RegisteredPool pool) {
        return Condition.unchanged(Keys.pool(pool.name()), pool.version());
    }

    static Write write(RegisteredPool pool) {
        return Write.put(Keys.pool(pool.name()), Json.write(StoredPool.of(pool)));
    }

    /** There is no pool of that name. */
    public static Problem unknown(PoolName name) {
        return Problem.error(
                ProblemCode.POOL_UNKNOWN,
                "there is no node pool " + name,
                Remedy.advise("See which node pools there are.", "keelson get nodepools"));
    }

    private static RegisteredPool read(Entry entry) {
        return StoredPool.read(entry, new PoolName(entry.name(Keys.POOLS)));
    }
}
