package io.keelson.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every adapter of the store promises; run on the one in memory and on a real etcd. */
abstract class StateStoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** A place of its own for each test. */
    private final String root = "/test/" + System.nanoTime() + "/";

    abstract StateStore store();

    /** Another client of the same store. */
    abstract StateStore other();

    /** Forgets all history up to now. */
    abstract void forgetHistory(long revision);

    private Entry written(String key, String value) {
        assertThat(store().commit(Transaction.always(Write.put(key, value)))).isTrue();
        return store().get(key).orElseThrow();
    }

    @Test
    void readsWhatAnotherClientWrote() {
        written(root + "a", "one");
        assertThat(other().get(root + "a")).map(Entry::text).contains("one");
        assertThat(other().get(root + "b")).isEmpty();
    }

    @Test
    void listsOnlyThePrefixSortedByKey() {
        written(root + "a/2", "two");
        written(root + "a/1", "one");
        written(root + "ab", "other");
        assertThat(store().list(root + "a/")).extracting(Entry::text).containsExactly("one", "two");
        assertThat(store().list(root + "a/").getFirst().name(root + "a/")).isEqualTo("1");
    }

    @Test
    void listsMoreThanOnePage() {
        for (int page = 0; page < 12; page++) {
            int first = page * 100;
            var writes = IntStream.range(first, first + 100)
                    .mapToObj(n -> Write.put(root + "%05d".formatted(n), "v"))
                    .toArray(Write[]::new);
            store().commit(Transaction.always(writes));
        }
        assertThat(store().list(root))
                .hasSize(1200)
                .isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
    }

    @Test
    void refusesToCreateWhatExists() {
        written(root + "a", "one");
        var second = Transaction.when(Condition.absent(root + "a")).then(Write.put(root + "a", "two"));
        assertThat(store().commit(second)).isFalse();
        assertThat(store().get(root + "a")).map(Entry::text).contains("one");
    }

    @Test
    void refusesToOverwriteWhatSomebodyElseChanged() {
        var read = written(root + "a", "one");
        written(root + "a", "two");
        var stale = Transaction.when(Condition.unchanged(read)).then(Write.put(root + "a", "three"));
        assertThat(store().commit(stale)).isFalse();
        assertThat(store().get(root + "a")).map(Entry::text).contains("two");
    }

    @Test
    void refusesToOverwriteWhatWasDeletedAndMadeAgain() {
        var read = written(root + "a", "one");
        store().commit(Transaction.always(Write.delete(root + "a")));
        assertThat(store().commit(Transaction.when(Condition.unchanged(read)).then(Write.put(root + "a", "x"))))
                .isFalse();
        written(root + "a", "one");
        assertThat(store().commit(Transaction.when(Condition.unchanged(read)).then(Write.put(root + "a", "x"))))
                .isFalse();
    }

    @Test
    void makesAllWritesOfATransactionOrNone() {
        var a = written(root + "a", "one");
        var good = Transaction.when(Condition.unchanged(a), Condition.absent(root + "b"))
                .then(Write.put(root + "a", "two"), Write.put(root + "b", "new"));
        assertThat(store().commit(good)).isTrue();
        assertThat(store().list(root))
                .extracting(Entry::version)
                .containsOnly(store().get(root + "a").orElseThrow().version());
        var bad = Transaction.when(Condition.absent(root + "b"))
                .then(Write.delete(root + "a"), Write.put(root + "c", "new"));
        assertThat(store().commit(bad)).isFalse();
        assertThat(store().list(root)).extracting(Entry::text).containsExactly("two", "new");
    }

    @Test
    void fencesWritesOfALeaderThatLedBefore() {
        store().commit(Transaction.always(Write.delete(Keys.LEADER)));
        var first = new Epoch(written(Keys.LEADER, "a").version());
        var write = Write.put(root + "a", "by the first");
        assertThat(store().commit(Transaction.when(Condition.holdsLeadership(first))
                        .then(write)))
                .isTrue();
        written(Keys.LEADER, "still a");
        assertThat(store().commit(Transaction.when(Condition.holdsLeadership(first))
                        .then(write)))
                .isTrue();
        store().commit(Transaction.always(Write.delete(Keys.LEADER)));
        assertThat(store().commit(Transaction.when(Condition.holdsLeadership(first))
                        .then(write)))
                .isFalse();
        var second = new Epoch(written(Keys.LEADER, "b").version());
        assertThat(second).isGreaterThan(first);
        assertThat(store().commit(Transaction.when(Condition.holdsLeadership(first))
                        .then(write)))
                .isFalse();
        assertThat(store().commit(Transaction.when(Condition.holdsLeadership(second))
                        .then(write)))
                .isTrue();
        store().commit(Transaction.always(Write.delete(Keys.LEADER)));
    }

    @Test
    void letsExactlyOneOfManyWritersWin() throws InterruptedException {
        var read = written(root + "a", "0");
        var won = new AtomicInteger();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int n = 0; n < 20; n++) {
                var store = n % 2 == 0 ? store() : other();
                writers.submit(() -> {
                    var mine = Transaction.when(Condition.unchanged(read)).then(Write.put(root + "a", "mine"));
                    if (store.commit(mine)) {
                        won.incrementAndGet();
                    }
                });
            }
        }
        assertThat(won).hasValue(1);
    }

    @Test
    void refusesTwoWritesToOneKey() {
        assertThatThrownBy(() -> Transaction.always(Write.put(root + "a", "1"), Write.delete(root + "a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsChangesOfThePrefixInOrder() {
        var seen = new CopyOnWriteArrayList<Change>();
        try (var watch = store().watch(root + "in/", 0, seen::add)) {
            written(root + "in/a", "one");
            written(root + "out", "x");
            written(root + "in/a", "two");
            store().commit(Transaction.always(Write.delete(root + "in/a")));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(seen)).containsExactly("one", "two", "-"));
        }
    }

    @Test
    void missesNothingBetweenASnapshotAndItsWatch() {
        written(root + "a", "before");
        var snapshot = store().snapshot(root);
        written(root + "b", "between");
        var seen = new CopyOnWriteArrayList<Change>();
        try (var watch = other().watch(root, snapshot.revision() + 1, seen::add)) {
            written(root + "c", "after");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(seen)).containsExactly("between", "after"));
        }
    }

    @Test
    void asksForResyncWhenTheHistoryIsForgotten() {
        written(root + "a", "one");
        var early = store().snapshot(root).revision();
        written(root + "a", "two");
        written(root + "a", "three");
        forgetHistory(store().snapshot(root).revision());
        var seen = new CopyOnWriteArrayList<Change>();
        try (var watch = store().watch(root, early, seen::add)) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen).hasSize(1));
            assertThat(seen.getFirst()).isInstanceOf(Change.Resync.class);
            written(root + "a", "four");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(seen)).containsExactly("resync", "four"));
        }
    }

    @Test
    void answersAFailingReceiverWithResync() {
        var seen = new CopyOnWriteArrayList<Change>();
        var calls = new AtomicInteger();
        try (var watch = store().watch(root, 0, change -> {
            if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("the receiver is not ready (the test means it)");
            }
            seen.add(change);
        })) {
            written(root + "a", "one");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(seen)).containsExactly("resync"));
            written(root + "a", "two");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(seen)).containsExactly("resync", "two"));
        }
    }

    @Test
    void tellsNothingAfterClose() {
        var seen = new CopyOnWriteArrayList<Change>();
        var late = new CopyOnWriteArrayList<Change>();
        try (var second = store().watch(root, 0, late::add)) {
            store().watch(root, 0, seen::add).close();
            written(root + "a", "one");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(late).hasSize(1));
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void removesKeysWithTheirLease() {
        var lease = store().grant(Duration.ofSeconds(30));
        store().commit(Transaction.always(Write.put(root + "a", new byte[] {1}, lease)));
        assertThat(lease.renew()).isTrue();
        assertThat(other().get(root + "a")).isPresent();
        lease.close();
        assertThat(other().get(root + "a")).isEmpty();
        assertThat(lease.renew()).isFalse();
        lease.close();
    }

    @Test
    void endsALeaseThatNobodyRenews() {
        var lease = store().grant(Duration.ofSeconds(1));
        var seen = new CopyOnWriteArrayList<Change>();
        try (var watch = other().watch(root, 0, seen::add)) {
            store().commit(Transaction.always(Write.put(root + "a", new byte[] {'x'}, lease)));
            await().atMost(PATIENCE).until(() -> other().get(root + "a").isEmpty());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(seen)).containsExactly("x", "-"));
        }
        assertThat(lease.renew()).isFalse();
    }

    static List<String> texts(List<Change> changes) {
        return changes.stream()
                .map(change -> switch (change) {
                    case Change.Put(var entry) -> entry.text();
                    case Change.Deleted(var key, var version) -> "-";
                    case Change.Resync(var revision) -> "resync";
                })
                .toList();
    }
}
