package io.keelson.server.offsite;

import io.keelson.problem.ProblemException;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.fleet.SnapshotSubjects;
import io.keelson.server.leader.Leadership;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.Snapshots;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Copies what was handed in to the store outside, newest first, and removes there what is no longer kept. Runs on every
 * server, acts on the leader only; what it did is in the index. One virtual thread; a store that is away keeps nothing else
 * waiting.
 */
public final class OffsiteLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OffsiteLoop.class.getName());
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final int LONGEST_PAUSE = 6;

    private final Leadership leadership;
    private final SnapshotSubjects clusters;
    private final Snapshots snapshots;
    private final Optional<OffsiteStore> store;
    private final InstantSource clock;
    private volatile Optional<Thread> thread = Optional.empty();
    private String told = "";
    private int failures;

    /** @param store empty if none is configured: then copies that were made are forgotten and stay where they are */
    public OffsiteLoop(
            Leadership leadership,
            SnapshotSubjects clusters,
            Snapshots snapshots,
            Optional<OffsiteStore> store,
            InstantSource clock) {
        this.leadership = leadership;
        this.clusters = clusters;
        this.snapshots = snapshots;
        this.store = store;
        this.clock = clock;
    }

    /** Begins to take turns. */
    public void start() {
        thread = Optional.of(Thread.ofVirtual().name("offsite").start(this::run));
    }

    private void run() {
        try {
            var never = new CountDownLatch(1);
            while (!Thread.currentThread().isInterrupted()) {
                if (leadership.current().isPresent()) {
                    safeTurn();
                }
                long pause = TURN.toMillis() << Math.min(failures, LONGEST_PAUSE);
                var unused = never.await(pause, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "no more copies: {0}", String.valueOf(e.getMessage()));
        }
    }

    private void safeTurn() {
        try {
            turn();
            failures = 0;
            told = "";
        } catch (ProblemException | UncheckedIOException e) {
            failures++;
            tell(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            failures++;
            LOG.log(Level.ERROR, "snapshots were not copied for an unforeseen reason; tried again later", e);
        }
    }

    /** Once, until something else is to be told or all is well. */
    private void tell(String what) {
        if (!told.equals(what)) {
            LOG.log(Level.WARNING, "snapshots are copied later: {0}", what);
            told = what;
        }
    }

    /** One turn as the leader. */
    void turn() {
        for (var cluster : clusters.all()) {
            prune(cluster);
            if (store.isPresent()) {
                copy(cluster, store.get());
            }
        }
    }

    private void prune(SnapshotSubject cluster) {
        snapshots.prune(cluster.name(), cluster.policy().keep(), this::removeCopy);
    }

    private boolean removeCopy(KnownSnapshot known) {
        if (known.copied().isPresent()) {
            store.ifPresent(outside ->
                    outside.remove(known.snapshot().cluster(), known.snapshot().id()));
        }
        return true;
    }

    private void copy(SnapshotSubject cluster, OffsiteStore outside) {
        for (var known : snapshots.index().of(cluster.name())) {
            if (known.copied().isEmpty()) {
                var snapshot = known.snapshot();
                outside.put(snapshot, snapshots.file(snapshot.cluster(), snapshot.id()));
                var now = clock.instant();
                snapshots.index().note(snapshot.cluster(), snapshot.id(), found -> found.copiedAt(now));
                LOG.log(Level.INFO, "snapshot {0} of cluster {1} is copied", snapshot.id(), snapshot.cluster());
            }
        }
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
