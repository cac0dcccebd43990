package io.keelson.server.poolrollout;

import io.keelson.fleet.Epoch;
import io.keelson.problem.ProblemException;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.leader.Leadership;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps node pools as they are wanted. Runs on every server, acts on the leader only; woken by a change or a timer. One virtual
 * thread.
 */
public final class PoolLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PoolLoop.class.getName());
    /** Windows open, nodes grow old, and an API comes back without any change of the store. */
    private static final Duration TURN = Duration.ofSeconds(10);

    /** Whoever empties or verifies nodes says how far it is when it is asked. */
    private static final Duration BUSY_TURN = Duration.ofSeconds(1);

    private final Leadership leadership;
    private final LiveFleet changes;
    private final PoolTurns turns;
    private volatile Optional<Thread> thread = Optional.empty();

    public PoolLoop(Leadership leadership, LiveFleet changes, PoolTurns turns) {
        this.leadership = leadership;
        this.changes = changes;
        this.turns = turns;
    }

    /** Begins to take turns. */
    public void start() {
        thread = Optional.of(Thread.ofVirtual().name("pool loop").start(this::run));
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long seen = changes.changes();
                var epoch = leadership.current();
                boolean busy = epoch.isEmpty() || safeTurn(epoch.get());
                var unused = changes.awaitChange(seen, busy ? BUSY_TURN : TURN);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the pool loop ends: {0}", String.valueOf(e.getMessage()));
        }
    }

    private boolean safeTurn(Epoch epoch) {
        try {
            return turns.take(epoch);
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "the pool loop tries again later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the pool loop failed unforeseen; it tries again later", e);
        }
        return true;
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
