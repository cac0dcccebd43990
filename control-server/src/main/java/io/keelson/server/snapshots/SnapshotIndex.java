package io.keelson.server.snapshots;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Which snapshots the server has; the only writer of their keys. */
public final class SnapshotIndex {
    private static final int TRIES = 8;

    private final StateStore store;

    public SnapshotIndex(StateStore store) {
        this.store = store;
    }

    /** Those of a cluster, newest first. */
    public List<KnownSnapshot> of(ClusterName cluster) {
        return store.list(Keys.etcdSnapshots(cluster)).stream()
                .map(StoredSnapshot::read)
                .sorted(KnownSnapshot.NEWEST_FIRST)
                .toList();
    }

    /** One of them. */
    public Optional<KnownSnapshot> get(ClusterName cluster, SnapshotId id) {
        return store.get(Keys.etcdSnapshot(cluster, id)).map(StoredSnapshot::read);
    }

    /** Adds one; false if there is one of that name. */
    boolean add(KnownSnapshot known) {
        var key = key(known);
        return store.commit(Transaction.when(Condition.absent(key)).then(Write.put(key, StoredSnapshot.write(known))));
    }

    /** Notes what became known of one; nothing happens if it was removed. */
    public void note(ClusterName cluster, SnapshotId id, UnaryOperator<KnownSnapshot> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var known = get(cluster, id);
            if (known.isEmpty() || replace(known.get(), change.apply(known.get()))) {
                return;
            }
        }
        throw Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "others noted something of snapshot " + id + " " + TRIES + " times in a row",
                        Remedy.advise("It is tried again by itself."))
                .asException();
    }

    private boolean replace(KnownSnapshot known, KnownSnapshot next) {
        return store.commit(Transaction.when(unchanged(known)).then(Write.put(key(known), StoredSnapshot.write(next))));
    }

    /** That nobody has removed or noted upon it since it was read. */
    public static Condition unchanged(KnownSnapshot known) {
        return Condition.unchanged(key(known), known.version());
    }

    /** Removes one; false if it was noted upon or removed since it was read, or if something else does not hold any more. */
    boolean remove(KnownSnapshot known, Condition still) {
        return store.commit(Transaction.when(unchanged(known), still).then(Write.delete(key(known))));
    }

    private static String key(KnownSnapshot known) {
        return Keys.etcdSnapshot(known.snapshot().cluster(), known.snapshot().id());
    }
}
