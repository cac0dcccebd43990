package io.keelson.server.store;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The port in memory: linearizable by one lock; leases end when the given clock says so and somebody calls. */
public final class InMemoryStateStore implements StateStore {
    private final InstantSource clock;
    private final TreeMap<String, Held> entries = new TreeMap<>();
    private final Map<Long, Held.Span> leases = new HashMap<>();
    private final List<Change> history = new ArrayList<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private long revision = 1;
    private long forgotten;
    private long nextLease = 1;
    private volatile boolean unavailable;
    private boolean silent;
    private String watchedKey = "";
    private Runnable meanwhile = () -> {};

    public InMemoryStateStore() {
        this(InstantSource.system());
    }

    public InMemoryStateStore(InstantSource clock) {
        this.clock = clock;
    }

    /** From now on every call fails as it does when etcd is down; or no longer. */
    public void unavailable(boolean down) {
        unavailable = down;
    }

    /** Once, just before somebody's next attempt to write that key, or to list what is below it, this happens. */
    public synchronized void before(String key, Runnable happens) {
        watchedKey = key;
        meanwhile = happens;
    }

    @Override
    public synchronized Optional<Entry> get(String key) {
        enter();
        return Optional.ofNullable(entries.get(key)).map(Held::entry);
    }

    @Override
    public synchronized Snapshot snapshot(String prefix) {
        enter();
        meet(prefix);
        var found = entries.tailMap(prefix).entrySet().stream()
                .takeWhile(e -> e.getKey().startsWith(prefix))
                .map(e -> e.getValue().entry())
                .toList();
        return new Snapshot(found, revision);
    }

    @Override
    public synchronized boolean commit(Transaction transaction) {
        enter();
        transaction.writes().forEach(write -> meet(write.key()));
        if (!transaction.conditions().stream().allMatch(this::holds)) {
            return false;
        }
        if (!transaction.writes().isEmpty()) {
            revision++;
            transaction.writes().forEach(this::write);
        }
        return true;
    }

    private void meet(String key) {
        if (key.equals(watchedKey)) {
            watchedKey = "";
            meanwhile.run();
        }
    }

    private boolean holds(Condition condition) {
        return switch (condition) {
            case Condition.Absent(var key) -> !entries.containsKey(key);
            case Condition.Unchanged(var key, var version) ->
                entries.containsKey(key) && entries.get(key).entry().version() == version;
            case Condition.HoldsLeadership(var epoch) ->
                entries.containsKey(Keys.LEADER) && entries.get(Keys.LEADER).created() == epoch.value();
        };
    }

    private void write(Write write) {
        switch (write) {
            case Write.Put(var key, var value, var lease) -> {
                if (lease.isPresent() && !leases.containsKey(lease.getAsLong())) {
                    throw new IllegalStateException("no such lease: " + lease.getAsLong());
                }
                var before = entries.get(key);
                var entry = new Entry(key, value.clone(), revision);
                entries.put(key, new Held(entry, before == null ? revision : before.created(), lease.orElse(0)));
                tell(new Change.Put(entry));
            }
            case Write.Delete(var key) -> {
                if (entries.remove(key) != null) {
                    tell(new Change.Deleted(key, revision));
                }
            }
        }
    }

    private void tell(Change change) {
        history.add(change);
        if (!silent) {
            watchers.forEach(watcher -> watcher.offer(change));
        }
    }

    private void enter() {
        if (unavailable) {
            throw Problem.error(
                            ProblemCode.SERVER_STORE_UNAVAILABLE,
                            "the store in memory was told to fail",
                            Remedy.advise("Let it work again."))
                    .asException();
        }
        var now = clock.instant();
        var ended = leases.entrySet().stream()
                .filter(lease -> !now.isBefore(lease.getValue().end()))
                .map(Map.Entry::getKey)
                .toList();
        ended.forEach(this::end);
    }

    private void end(long lease) {
        if (leases.remove(lease) == null) {
            return;
        }
        var keys = entries.entrySet().stream()
                .filter(e -> e.getValue().lease() == lease)
                .map(Map.Entry::getKey)
                .toList();
        if (!keys.isEmpty()) {
            revision++;
            keys.forEach(key -> write(new Write.Delete(key)));
        }
    }

    @Override
    public synchronized Watch watch(String prefix, long fromRevision, Consumer<Change> onChange) {
        var watcher = new Watcher(prefix, onChange);
        if (fromRevision > 0 && fromRevision <= forgotten) {
            watcher.offer(new Change.Resync(revision));
        } else if (fromRevision > 0) {
            history.stream()
                    .filter(change -> ChangeQueue.revision(change) >= fromRevision)
                    .forEach(watcher::offer);
        }
        watchers.add(watcher);
        return watcher;
    }

    @Override
    public synchronized Lease grant(Duration ttl) {
        enter();
        long id = nextLease++;
        leases.put(id, new Held.Span(ttl, clock.instant().plus(ttl)));
        return new MemoryLease(id);
    }

    /** Makes changes of which no watch tells. */
    public synchronized void silently(Runnable changes) {
        silent = true;
        try {
            changes.run();
        } finally {
            silent = false;
        }
    }

    /** Tells every watch that it may have missed something. */
    public synchronized void resync() {
        watchers.forEach(watcher -> watcher.offer(new Change.Resync(revision)));
    }

    /** Goes on with revisions that are higher by so many, as an etcd does that was begun anew with a snapshot. */
    public synchronized void raise(long by) {
        revision += by;
    }

    /** Forgets the history up to a revision, as etcd's compaction does. */
    synchronized void forget(long upTo) {
        history.removeIf(change -> ChangeQueue.revision(change) <= upTo);
        forgotten = upTo;
    }

    /** Ends every watch; the content stays, so that another server of a test can go on. */
    @Override
    public void close() {
        watchers.forEach(Watcher::close);
    }

    private record Held(Entry entry, long created, long lease) {
        private record Span(Duration ttl, Instant end) {}
    }

    private final class MemoryLease implements Lease {
        private final long id;

        private MemoryLease(long id) {
            this.id = id;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public boolean renew() {
            synchronized (InMemoryStateStore.this) {
                enter();
                return leases.computeIfPresent(
                                id,
                                (key, span) -> new Held.Span(
                                        span.ttl(), clock.instant().plus(span.ttl())))
                        != null;
            }
        }

        @Override
        public void close() {
            synchronized (InMemoryStateStore.this) {
                end(id);
            }
        }
    }

    private final class Watcher implements Watch {
        private final String prefix;
        private final ChangeQueue queue;

        private Watcher(String prefix, Consumer<Change> onChange) {
            this.prefix = prefix;
            this.queue = new ChangeQueue(prefix, onChange);
        }

        private void offer(Change change) {
            var concerns = switch (change) {
                case Change.Put(var entry) -> entry.key().startsWith(prefix);
                case Change.Deleted(var key, var version) -> key.startsWith(prefix);
                case Change.Resync(var at) -> true;
            };
            if (concerns) {
                queue.add(change);
            }
        }

        @Override
        public void close() {
            watchers.remove(this);
            queue.close();
        }
    }
}
