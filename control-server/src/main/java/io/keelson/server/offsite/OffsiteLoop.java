package io.keelson.server.offsite;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.ProblemException;
import io.keelson.server.fleet.SnapshotSubjects;
import io.keelson.server.leader.Leadership;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.Snapshots;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Copies what was handed in to the store outside, newest first, and removes there what is no longer kept. What fails keeps no
 * other snapshot waiting: it is tried last from then on. Runs on every server, acts on the leader only; what it did is in the
 * index. One virtual thread; a store that is away keeps nothing else waiting.
 */
public final class OffsiteLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OffsiteLoop.class.getName());
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final int LONGEST_PAUSE = 6;
    /** Then the store itself is away, most likely; each try may take minutes. */
    private static final int MOST_FAILURES = 3;

    private final Leadership leadership;
    private final SnapshotSubjects clusters;
    private final Snapshots snapshots;
    private final Optional<OffsiteStore> store;
    private final InstantSource clock;
    private volatile Optional<Thread> thread = Optional.empty();
    /** Copies that failed, since they last did not. */
    private Set<Name> failed = Set.of();

    private String told = "";
    private int failures;
    private int turns;

    private record Name(ClusterName cluster, SnapshotId id) {
        static Name of(KnownSnapshot known) {
            return new Name(known.snapshot().cluster(), known.snapshot().id());
        }
    }

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

    /**
     * One turn as the leader: all that there is to do, until too much of it fails.
     *
     * @throws RuntimeException the first failure, if there were any; others are suppressed in it
     */
    void turn() {
        var failing = new ArrayList<RuntimeException>();
        // With another one first each time: where removals fail, none waits for good.
        var rotated = new ArrayList<>(clusters.all());
        Collections.rotate(rotated, turns++);
        for (var cluster : rotated) {
            snapshots.prune(cluster.name(), cluster.policy().keep(), known -> removeCopy(known, failing));
        }
        // A store may take copies that it does not let go.
        var uncopied = new ArrayList<RuntimeException>();
        store.ifPresent(outside -> copyAll(outside, uncopied));
        failing.addAll(uncopied);
        if (!failing.isEmpty()) {
            var first = failing.getFirst();
            failing.stream().skip(1).filter(other -> other != first).forEach(first::addSuppressed);
            throw first;
        }
    }

    private boolean removeCopy(KnownSnapshot known, List<RuntimeException> failing) {
        return known.copied().isEmpty()
                || store.isEmpty()
                || tried(
                        () -> store.get()
                                .remove(
                                        known.snapshot().cluster(),
                                        known.snapshot().id()),
                        failing);
    }

    private void copyAll(OffsiteStore outside, List<RuntimeException> failing) {
        var waiting = clusters.all().stream()
                .flatMap(cluster -> snapshots.index().of(cluster.name()).stream())
                .filter(known -> known.copied().isEmpty())
                .sorted(Comparator.comparing(known -> failed.contains(Name.of(known))))
                .toList();
        var still = new HashSet<Name>();
        for (var known : waiting) {
            boolean before = failed.contains(Name.of(known));
            boolean begun = failing.size() < MOST_FAILURES;
            boolean copied = tried(() -> copy(known, outside), failing);
            if (!copied && (begun || before)) {
                still.add(Name.of(known));
            }
        }
        failed = Set.copyOf(still);
    }

    private void copy(KnownSnapshot known, OffsiteStore outside) {
        var snapshot = known.snapshot();
        outside.put(snapshot, snapshots.file(snapshot.cluster(), snapshot.id()));
        var now = clock.instant();
        snapshots.index().note(snapshot.cluster(), snapshot.id(), found -> found.copiedAt(now));
        LOG.log(Level.INFO, "snapshot {0} of cluster {1} is copied", snapshot.id(), snapshot.cluster());
    }

    /** Whether it was done; what was not, or could not be, has its reason in the list. */
    private static boolean tried(Runnable effect, List<RuntimeException> failing) {
        if (failing.size() >= MOST_FAILURES) {
            return false;
        }
        try {
            effect.run();
            return true;
        } catch (RuntimeException e) {
            failing.add(e);
            return false;
        }
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
