package io.keelson.agent.snapshot;

import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hands in what the host's disk has and no server has yet, newest first, for as long as it takes until one is there. One that
 * is refused keeps no other waiting. One thread of its own, since a transfer must not keep the next snapshot waiting.
 */
public final class SnapshotDelivery {
    private static final System.Logger LOG = System.getLogger("keelson.snapshot");
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final SnapshotDirectory directory;
    private final Supplier<Optional<NodeSpec>> ordered;
    private final SnapshotReceiver receiver;
    private final OnceEach warnings;
    private final Pacer pacer;
    private int failures;

    /**
     * @param ordered what the host is to be now: only what is of its cluster is handed in
     * @param warnings is told why one is refused; that no server is there is told elsewhere
     */
    public SnapshotDelivery(
            SnapshotDirectory directory,
            Supplier<Optional<NodeSpec>> ordered,
            SnapshotReceiver receiver,
            Consumer<Problem> warnings,
            Pacer pacer) {
        this.directory = directory;
        this.ordered = ordered;
        this.receiver = receiver;
        this.warnings = new OnceEach(warnings);
        this.pacer = pacer;
    }

    /** Hands them in until it is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            turn();
            var growing = EVERY.multipliedBy(1L << Math.min(failures, 5));
            pacer.pause(growing.compareTo(LONGEST_PAUSE) < 0 ? growing : LONGEST_PAUSE);
        }
    }

    /** Hands in all that waits and is not refused; ends early only where no server answers. */
    void turn() {
        var refused = new ArrayList<Problem>();
        try {
            for (var kept : waiting()) {
                tryOut(kept.snapshot()).ifPresent(refused::add);
            }
            warnings.accept(refused);
            failures = refused.isEmpty() ? 0 : failures + 1;
        } catch (ProblemException e) {
            failures++;
            LOG.log(Level.DEBUG, "snapshots wait for a server: {0}", e.problem().what());
        }
    }

    /**
     * Hands one in.
     *
     * @return why it was refused
     * @throws ProblemException SERVER_UNREACHABLE
     */
    private Optional<Problem> tryOut(TakenSnapshot snapshot) {
        try {
            handIn(snapshot);
            return Optional.empty();
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.SERVER_UNREACHABLE) {
                throw e;
            }
            return Optional.of(e.problem());
        } catch (UncheckedIOException e) {
            return Optional.of(Problem.warning(
                    ProblemCode.ETCD_SNAPSHOT_CORRUPT,
                    "a snapshot cannot be read from this host's disk: " + e.getMessage(),
                    Remedy.advise("Look at the disk; the next one is taken by itself.", "ls -l " + directory)));
        }
    }

    private List<KeptSnapshot> waiting() {
        return ordered.get().map(node -> directory.of(node.cluster())).orElse(List.of()).reversed().stream()
                .filter(kept -> !kept.handedIn())
                .toList();
    }

    private void handIn(TakenSnapshot snapshot) {
        var offset = receiver.offer(snapshot);
        if (offset.isPresent()) {
            try (var rest = directory.open(snapshot.id(), offset.getAsLong())) {
                receiver.handIn(snapshot, rest);
            } catch (NoSuchFileException e) {
                LOG.log(Level.DEBUG, "{0} was removed meanwhile: {1}", snapshot.id(), e.getMessage());
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LOG.log(Level.INFO, "snapshot {0} is handed in", snapshot.id());
        }
        directory.handedIn(snapshot.id());
    }
}
