package io.keelson.server.drill;

import io.keelson.problem.ProblemException;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.fleet.SnapshotSubjects;
import io.keelson.server.leader.Leadership;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.Snapshots;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Restores the newest snapshot of each cluster in a sandbox when its policy says so, one after the other. Runs on every server, acts on the leader only; what it did is
 * in the index, so that the next leader goes on. One thread of its own, since a restore takes minutes.
 */
public final class DrillLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DrillLoop.class.getName());
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofHours(1);

    private final Leadership leadership;
    private final SnapshotSubjects clusters;
    private final Snapshots snapshots;
    private final RestoreDrill drill;
    private final InstantSource clock;
    private volatile Optional<Thread> thread = Optional.empty();
    private Instant swept = Instant.MIN;

    public DrillLoop(
            Leadership leadership,
            SnapshotSubjects clusters,
            Snapshots snapshots,
            RestoreDrill drill,
            InstantSource clock) {
        this.leadership = leadership;
        this.clusters = clusters;
        this.snapshots = snapshots;
        this.drill = drill;
        this.clock = clock;
    }

    /** Begins to take turns. */
    public void start() {
        thread = Optional.of(Thread.ofPlatform().daemon().name("drill").start(this::run));
    }

    private void run() {
        try {
            drill.clean();
            var never = new CountDownLatch(1);
            while (!Thread.currentThread().isInterrupted()) {
                if (leadership.current().isPresent()) {
                    safeTurn();
                }
                var unused = never.await(TURN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "no more drills: {0}", String.valueOf(e.getMessage()));
        }
    }

    private void safeTurn() throws InterruptedException {
        try {
            turn();
        } catch (ProblemException | UncheckedIOException e) {
            LOG.log(Level.WARNING, "snapshots are looked after later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "snapshots were not looked after for an unforeseen reason; tried again later", e);
        }
    }

    /** One turn as the leader. */
    void turn() throws InterruptedException {
        var now = clock.instant();
        // After a clock was set back, the time of the last sweep may be in the future.
        if (swept.equals(Instant.MIN) || swept.isAfter(now) || swept.plus(SWEEP).isBefore(now)) {
            snapshots.sweep();
            swept = now;
        }
        for (var cluster : clusters.all()) {
            var due = due(cluster);
            if (due.isPresent()) {
                tryOut(due.get());
            }
        }
    }

    private Optional<KnownSnapshot> due(SnapshotSubject cluster) {
        return DrillTurn.next(cluster.policy(), snapshots.index().of(cluster.name()), clock.instant());
    }

    private void tryOut(KnownSnapshot known) throws InterruptedException {
        var snapshot = known.snapshot();
        var failure = "";
        try {
            drill.prove(known);
            LOG.log(
                    Level.INFO,
                    "snapshot {0} of cluster {1} was restored and is whole",
                    snapshot.id(),
                    snapshot.cluster());
        } catch (ProblemException e) {
            failure = e.problem().what();
        } catch (UncheckedIOException e) {
            failure = String.valueOf(e.getMessage());
        }
        if (!failure.isEmpty()) {
            LOG.log(
                    Level.ERROR,
                    "snapshot {0} of cluster {1} was not restored: {2}",
                    snapshot.id(),
                    snapshot.cluster(),
                    failure);
        }
        var trial = new KnownSnapshot.Trial(clock.instant(), failure);
        snapshots.index().note(snapshot.cluster(), snapshot.id(), found -> found.tried(trial));
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
