package io.keelson.server.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Conditions and writes that take effect together or not at all. Immutable; {@link #and} gives a larger one.
 *
 * <p>{@snippet :
 * Transaction.when(Condition.unchanged(host), Condition.holdsLeadership(epoch)).then(Write.put(key, json));
 * }
 */
public record Transaction(List<Condition> conditions, List<Write> writes) {
    /** etcd's default bound ({@code --max-txn-ops}). */
    public static final int MAX_WRITES = 128;

    public Transaction {
        conditions = List.copyOf(conditions);
        writes = List.copyOf(writes);
        if (writes.size() > MAX_WRITES) {
            throw new IllegalArgumentException("at most " + MAX_WRITES + " writes, not " + writes.size());
        }
        var keys = new HashSet<String>();
        for (var write : writes) {
            if (!keys.add(write.key())) {
                throw new IllegalArgumentException(write.key() + " is written twice");
            }
        }
    }

    /** No condition, no write yet. */
    public static Transaction empty() {
        return new Transaction(List.of(), List.of());
    }

    /** Conditions without writes yet. */
    public static Transaction when(Condition... conditions) {
        return new Transaction(List.of(conditions), List.of());
    }

    /** Writes that are made in any case. */
    public static Transaction always(Write... writes) {
        return new Transaction(List.of(), List.of(writes));
    }

    /** This and more conditions. */
    public Transaction and(Condition... more) {
        return new Transaction(joined(conditions, List.of(more)), writes);
    }

    /** This together with another one. */
    public Transaction and(Transaction other) {
        return new Transaction(joined(conditions, other.conditions), joined(writes, other.writes));
    }

    /** This and more writes. */
    public Transaction then(Write... more) {
        return new Transaction(conditions, joined(writes, List.of(more)));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
