package io.keelson.agent.etcd.usage;

import io.keelson.etcd.EtcdUsage.Eater;
import io.keelson.etcd.EtcdUsage.Ranking;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Counts by name, of as many names as fit: when there are too many, those with the most bytes and those with the most
 * writes stay and all others are counted together from then on. Sums are exact; one name can be short of what it had when
 * it was let go, which is less than what each of those that stayed had then. Keys come in their order, so what belongs to
 * one type comes together.
 */
final class Tally {
    private static final int MOST = 4_000;
    private static final int KEPT = 1_000;

    private final Map<String, Counts> counts = new HashMap<>();
    private final Counts others = new Counts();

    private static final class Counts {
        private long keys;
        private long bytes;
        private long versions;
        private long writes;
        private long writtenBytes;

        private void add(Counts more) {
            keys += more.keys;
            bytes += more.bytes;
            versions += more.versions;
            writes += more.writes;
            writtenBytes += more.writtenBytes;
        }

        private long bytes() {
            return bytes;
        }

        private long writes() {
            return writes;
        }

        private Eater eater(String name) {
            return new Eater(name, keys, bytes, versions, writes, writtenBytes);
        }
    }

    /** A key that is alive. */
    void live(String name, long bytes, long versions) {
        var each = of(name);
        each.keys++;
        each.bytes += bytes;
        each.versions += versions;
    }

    /** A write of the history. */
    void written(String name, long bytes) {
        var each = of(name);
        each.writes++;
        each.writtenBytes += bytes;
    }

    private Counts of(String name) {
        if (counts.size() >= MOST && !counts.containsKey(name)) {
            keep(KEPT);
        }
        return counts.computeIfAbsent(name, unused -> new Counts());
    }

    private void keep(int most) {
        var kept = names(most);
        counts.forEach((name, each) -> {
            if (!kept.contains(name)) {
                others.add(each);
            }
        });
        counts.keySet().retainAll(kept);
    }

    private Set<String> names(int most) {
        var kept = new HashSet<>(top(Counts::bytes, most));
        kept.addAll(top(Counts::writes, most));
        return kept;
    }

    private List<String> top(ToLongFunction<Counts> by, int most) {
        return counts.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Counts> each) -> by.applyAsLong(each.getValue()))
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** So many with the most bytes and so many with the most writes; the tally is used up. */
    Ranking ranking(int most) {
        keep(most);
        Stream<Eater> eaters =
                counts.entrySet().stream().map(each -> each.getValue().eater(each.getKey()));
        return new Ranking(
                eaters.sorted(Comparator.comparingLong(Eater::bytes).reversed().thenComparing(Eater::name))
                        .toList(),
                others.eater(""));
    }
}
