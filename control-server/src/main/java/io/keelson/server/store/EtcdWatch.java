package io.keelson.server.store;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.common.exception.ClosedClientException;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch that survives its streams. Remembers the last revision that it has seen whole and opens the next stream
 * behind it; where etcd has forgotten what lies between, it says so by a {@link Change.Resync} and goes on from now.
 *
 * <p>A revision is never split between two messages of etcd (fragments are not asked for), so "the last revision
 * seen" needs no finer position.
 *
 * <p>etcd's client calls back while it holds a lock of its own, and takes that lock in each of its methods: so nothing
 * here calls the client while it holds this object's lock.
 */
final class EtcdWatch implements Watch {
    private static final System.Logger LOG = System.getLogger(EtcdWatch.class.getName());
    private static final long PAUSE_MILLIS = 500;
    private static final ScheduledExecutorService TIMER = timer();

    private final Client client;
    private final String prefix;
    private final ChangeQueue queue;
    /** Guarded by this. */
    private long next;

    private int generation;
    private io.etcd.jetcd.Watch.@Nullable Watcher stream;
    private @Nullable ScheduledFuture<?> restart;
    private boolean closed;

    private EtcdWatch(Client client, String prefix, long next, Consumer<Change> onChange) {
        this.client = client;
        this.prefix = prefix;
        this.next = next;
        this.queue = new ChangeQueue(prefix, onChange);
    }

    static EtcdWatch start(Client client, String prefix, long fromRevision, Consumer<Change> onChange) {
        var watch = new EtcdWatch(client, prefix, fromRevision, onChange);
        if (fromRevision > 0) {
            watch.open();
            return watch;
        }
        try {
            // Without a position a stream that breaks before its first change could miss some: begin at a known one.
            watch.next = revision(client, prefix) + 1;
            watch.open();
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "watch {0} begins once etcd answers: {1}", prefix, e.getMessage());
            watch.schedule(true);
        }
        return watch;
    }

    private static long revision(Client client, String prefix) {
        return EtcdCall.answer("watch " + prefix, client.getKVClient().get(EtcdStateStore.bytes(prefix)))
                .getHeader()
                .getRevision();
    }

    /** Opens a stream in the place of the one before, which the client would otherwise revive by itself. */
    private void open() {
        int current;
        long from;
        io.etcd.jetcd.Watch.@Nullable Watcher before;
        synchronized (this) {
            if (closed) {
                return;
            }
            current = ++generation;
            from = next;
            before = stream;
            stream = null;
        }
        if (before != null) {
            before.close();
        }
        keep(current, dial(current, from));
    }

    private io.etcd.jetcd.Watch.Watcher dial(int current, long from) {
        var option = WatchOption.builder()
                .isPrefix(true)
                .withRevision(from)
                .withProgressNotify(true)
                .build();
        return client.getWatchClient()
                .watch(
                        EtcdStateStore.bytes(prefix),
                        option,
                        io.etcd.jetcd.Watch.listener(
                                response -> receive(current, response),
                                failure -> ended(current, failure),
                                () -> ended(current, null)));
    }

    private void keep(int current, io.etcd.jetcd.Watch.Watcher opened) {
        synchronized (this) {
            // It may have ended already: then its successor, which is on its way, closes it.
            if (!closed && generation - current <= 1 && stream == null) {
                stream = opened;
                return;
            }
        }
        opened.close();
    }

    private synchronized void receive(int from, WatchResponse response) {
        if (closed || from != generation) {
            return;
        }
        for (var event : response.getEvents()) {
            queue.add(change(event));
            next = Math.max(next, event.getKeyValue().getModRevision() + 1);
        }
        if (response.getEvents().isEmpty() && response.isProgressNotify()) {
            next = Math.max(next, response.getHeader().getRevision() + 1);
        }
    }

    private Change change(WatchEvent event) {
        var found = event.getKeyValue();
        return switch (event.getEventType()) {
            case PUT -> new Change.Put(EtcdStateStore.entry(found));
            case DELETE -> new Change.Deleted(EtcdStateStore.text(found.getKey()), found.getModRevision());
            case UNRECOGNIZED -> new Change.Resync(found.getModRevision());
        };
    }

    private synchronized void ended(int from, @Nullable Throwable failure) {
        if (closed || from != generation) {
            return;
        }
        LOG.log(Level.DEBUG, "watch {0} ended at revision {1}: {2}", prefix, next, failure);
        generation++;
        boolean compacted = failure instanceof CompactedException;
        schedule(compacted);
    }

    private synchronized void schedule(boolean compacted) {
        if (!closed) {
            restart = TIMER.schedule(
                    () -> Thread.startVirtualThread(() -> reopen(compacted)), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void reopen(boolean compacted) {
        try {
            if (compacted) {
                long now = revision(client, prefix);
                synchronized (this) {
                    next = now + 1;
                    queue.add(new Change.Resync(now));
                }
            }
            open();
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "watch {0} waits for etcd: {1}", prefix, e.getMessage());
            schedule(compacted);
        } catch (ClosedClientException e) {
            LOG.log(Level.DEBUG, "watch {0} ends with its store: {1}", prefix, e);
        }
    }

    private static ScheduledExecutorService timer() {
        var timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("etcd watches").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Override
    public void close() {
        io.etcd.jetcd.Watch.@Nullable Watcher last;
        synchronized (this) {
            closed = true;
            last = stream;
            stream = null;
            if (restart != null) {
                restart.cancel(false);
            }
        }
        queue.close();
        if (last != null) {
            last.close();
        }
    }
}
