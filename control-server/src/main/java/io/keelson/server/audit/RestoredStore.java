package io.keelson.server.audit;

import io.keelson.fleet.Epoch;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Notes in the audit log that the store was put back to a snapshot. The log ends where the snapshot does, and what is appended then
 * continues its chain, so that nothing else would tell that there was more. The keeper of the store on this server's host knows
 * what was restored; entry and note that it was made are one transaction. Runs on every server, leader or not: where no keeper is
 * there is nothing to note.
 */
public final class RestoredStore implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RestoredStore.class.getName());
    private static final String NOTED = Keys.AUDIT + "restored";
    private static final String ACTOR = "server";
    /** The keeper looks for a new order about every minute. */
    private static final Duration TURN = Duration.ofSeconds(10);

    private final AuditLog audit;
    private final StateStore store;
    private final Supplier<Optional<Restore>> keeper;
    private volatile Optional<Thread> thread = Optional.empty();
    private int noted;

    /**
     * A restore that a person confirmed.
     *
     * @param number see {@link Epoch#beginning}
     * @param plan its id
     * @param snapshot what its file was called
     * @param content SHA-256 that etcd appended to it
     */
    public record Restore(int number, String plan, String snapshot, String content) {}

    /** @param keeper the last restore of which it tells */
    public RestoredStore(AuditLog audit, StateStore store, Supplier<Optional<Restore>> keeper) {
        this.audit = audit;
        this.store = store;
        this.keeper = keeper;
    }

    /** Begins to look. */
    public void start() {
        thread = Optional.of(Thread.ofVirtual().name("restored store").start(this::run));
    }

    private void run() {
        try {
            var never = new CountDownLatch(1);
            while (!Thread.currentThread().isInterrupted()) {
                safeTurn();
                var unused = never.await(TURN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "restores are no longer looked for: {0}", String.valueOf(e.getMessage()));
        }
    }

    private void safeTurn() {
        try {
            turn();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "whether the store was restored is looked at later: {0}", e.toString());
        }
    }

    /** Looks once. @return whether a restore was noted that was not before */
    boolean turn() {
        var restore = keeper.get().filter(told -> told.number() != noted);
        if (restore.isEmpty()) {
            return false;
        }
        var found = store.snapshot(NOTED);
        if (new Epoch(found.revision()).beginning() != restore.get().number()) {
            return false; // the keeper has not heard of this one yet
        }
        var before = found.entries().stream().findFirst();
        boolean known = before.map(entry -> Json.read(entry, Noted.class))
                .filter(last -> last.number() == restore.get().number())
                .isPresent();
        if (!known) {
            audit.append(
                    ACTOR,
                    "server.restore",
                    Integer.toString(restore.get().number()),
                    detail(restore.get()),
                    Transaction.when(before.map(Condition::unchanged).orElse(Condition.absent(NOTED)))
                            .then(Write.put(
                                    NOTED, Json.write(new Noted(restore.get().number())))));
        }
        noted = restore.get().number();
        return !known;
    }

    private static String detail(Restore restore) {
        return "plan " + restore.plan() + ", snapshot " + restore.snapshot() + " (" + restore.content()
                + "): what was noted after that snapshot is cut off, between the entry before and this one";
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }

    record Noted(int number) {}
}
