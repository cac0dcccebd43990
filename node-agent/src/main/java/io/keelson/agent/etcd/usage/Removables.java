package io.keelson.agent.etcd.usage;

import io.keelson.etcd.EtcdUsage.Removable;
import io.keelson.etcd.EtcdUsage.Removable.Kind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What could be deleted, summed up; when there is too much of it, what frees least is forgotten. */
final class Removables {
    private static final int MOST = 2_000;
    private static final int KEPT = 500;

    private final Map<Key, long[]> sums = new HashMap<>();

    private record Key(Kind kind, String type, String namespace, String name) {}

    /** An object, as one of several. */
    void add(Kind kind, RegistryKey key, long bytes) {
        add(new Key(kind, key.type(), key.namespace(), ""), bytes);
    }

    /** An object by its name. */
    void addNamed(Kind kind, RegistryKey key, long bytes) {
        add(new Key(kind, key.type(), key.namespace(), key.name()), bytes);
    }

    private void add(Key key, long bytes) {
        if (sums.size() >= MOST && !sums.containsKey(key)) {
            var kept = largest(KEPT).stream()
                    .map(each -> new Key(each.kind(), each.type(), each.namespace(), each.name()))
                    .toList();
            sums.keySet().retainAll(java.util.Set.copyOf(kept));
        }
        var sum = sums.computeIfAbsent(key, unused -> new long[2]);
        sum[0]++;
        sum[1] += bytes;
    }

    /** Those that free most, the most first. */
    List<Removable> largest(int most) {
        return sums.entrySet().stream()
                .map(each -> new Removable(
                        each.getKey().kind(),
                        each.getKey().type(),
                        each.getKey().namespace(),
                        each.getKey().name(),
                        each.getValue()[0],
                        each.getValue()[1]))
                .sorted(Comparator.comparingLong(Removable::bytes)
                        .reversed()
                        .thenComparing(Removable::kind)
                        .thenComparing(Removable::type)
                        .thenComparing(Removable::namespace)
                        .thenComparing(Removable::name))
                .limit(most)
                .toList();
    }
}
