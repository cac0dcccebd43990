package io.keelson.server.offsite;

import io.keelson.etcd.SnapshotTurn;
import io.keelson.problem.ProblemException;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.leader.Leadership;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.store.StoreCopy;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes snapshots of the server's own etcd, as its policy says. Runs on every server, acts on the leader only: nobody else
 * writes to that etcd, so while there is no leader there is nothing to copy. What it took is in the index. One thread.
 */
public final class OwnSnapshotLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OwnSnapshotLoop.class.getName());
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final int LONGEST_PAUSE = 5;

    private final Leadership leadership;
    private final SnapshotSubject own;
    private final Snapshots snapshots;
    private final StoreCopy store;
    private final InstantSource clock;
    private volatile Optional<Thread> thread = Optional.empty();
    private int failures;

    public OwnSnapshotLoop(
            Leadership leadership, SnapshotSubject own, Snapshots snapshots, StoreCopy store, InstantSource clock) {
        this.leadership = leadership;
        this.own = own;
        this.snapshots = snapshots;
        this.store = store;
        this.clock = clock;
    }

    /** Begins to take turns. */
    public void start() {
        thread = Optional.of(Thread.ofPlatform().daemon().name("own snapshots").start(this::run));
    }

    private void run() {
        try {
            var never = new CountDownLatch(1);
            while (!Thread.currentThread().isInterrupted()) {
                if (leadership.current().isPresent()) {
                    safeTurn();
                }
                var unused = never.await(TURN.toMillis() << Math.min(failures, LONGEST_PAUSE), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "no more snapshots: {0}", String.valueOf(e.getMessage()));
        }
    }

    private void safeTurn() {
        try {
            boolean taken = turn();
            failures = 0;
            LOG.log(Level.DEBUG, "a snapshot was taken: {0}", taken);
        } catch (ProblemException | UncheckedIOException e) {
            failures++;
            LOG.log(Level.WARNING, "the server''s own etcd is copied later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            failures++;
            LOG.log(Level.ERROR, "the server's own etcd was not copied for an unforeseen reason; tried again later", e);
        }
    }

    /** One turn as the leader. @return whether one was due, and was taken */
    boolean turn() {
        var taken = snapshots.index().of(own.name()).stream()
                .map(known -> known.snapshot().taken())
                .toList();
        if (!SnapshotTurn.due(clock.instant(), own.policy().every(), 0, 1, taken)) {
            return false;
        }
        var id = snapshots.takeOwn(store, own.policy().keep());
        LOG.log(Level.DEBUG, "took {0}", id);
        return true;
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
