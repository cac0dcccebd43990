package io.keelson.server.leader;

import io.keelson.fleet.Epoch;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Lease;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This server's part in the election. A candidate holds a lease and tries to create the leader's key under it; the
 * revision of that creation is the epoch. It leads as long as it knows that its lease lives: counted from the moment
 * at which the last successful renewal was <em>asked for</em>, by a clock that does not stop while the process does.
 *
 * <p>{@link #current} is therefore right also in a server that was frozen and woke up; but time can pass between asking
 * and writing, so every write of a leader carries {@link Condition#holdsLeadership} as well.
 *
 * <p>A store that is begun anew from a snapshot has the leases of before, and the leader's key under one of them: a server that
 * was not stopped could renew it and lead on by an epoch of before. So no epoch of an earlier {@link Epoch#beginning} stands: the
 * first candidate that sees one removes it, whoever's it is, and all campaign anew.
 *
 * <p>One virtual thread of its own; listeners are called on it.
 */
public final class Leadership implements AutoCloseable {
    /** How long a dead leader keeps others from leading. */
    public static final Duration TTL = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Leadership.class.getName());

    private final StateStore store;
    private final String server;
    private final Duration ttl;
    private final LongSupplier nanoClock;
    private final List<Consumer<Optional<Epoch>>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final java.util.concurrent.locks.Condition wake = lock.newCondition();
    private volatile Term term = Term.NONE;
    private volatile Optional<Leader> known = Optional.empty();
    private volatile boolean closed;
    private Optional<Epoch> told = Optional.empty();
    private @Nullable Lease lease;
    private @Nullable Thread thread;

    /**
     * A candidate; takes part once {@link #start} is called.
     *
     * @param server name for people
     * @param ttl at least two seconds
     * @param nanoClock monotonic, in nanoseconds
     */
    public Leadership(StateStore store, String server, Duration ttl, LongSupplier nanoClock) {
        this.store = store;
        this.server = server;
        this.ttl = ttl;
        this.nanoClock = nanoClock;
    }

    /** Takes part from now on. */
    public void start() {
        thread = Thread.ofVirtual().name("leadership " + server).start(this::run);
    }

    /** The epoch of this server's leadership, if it leads. */
    public Optional<Epoch> current() {
        var now = term;
        return now.lives(nanoClock.getAsLong()) ? Optional.of(now.epoch()) : Optional.empty();
    }

    /**
     * The epoch of this server's leadership.
     *
     * @throws ProblemException {@code SERVER_NOT_LEADER}
     */
    public Epoch require() {
        return current()
                .orElseThrow(() -> Problem.error(
                                ProblemCode.SERVER_NOT_LEADER,
                                "server " + server + " does not lead; "
                                        + known.map(l -> l.server() + " does").orElse("no leader is known"),
                                Remedy.advise("Try again; requests that write go to the leader by themselves."))
                        .asException());
    }

    /** The server that leads, as far as this one knows. */
    public Optional<Leader> leader() {
        return known;
    }

    /** Calls back when this server begins to lead and when it ends; with the present state at once. */
    public void onChange(Consumer<Optional<Epoch>> listener) {
        listeners.add(listener);
        listener.accept(current());
    }

    private void run() {
        try (var watch = store.watch(Keys.LEADER, 0, change -> wakeUp())) {
            while (!closed) {
                turn();
                tell();
                rest();
            }
        }
    }

    private void turn() {
        long asked = nanoClock.getAsLong();
        try {
            var mine = hold(asked);
            var leader = standing();
            if (leader.isEmpty()) {
                store.commit(Transaction.when(Condition.absent(Keys.LEADER))
                        .then(Write.put(
                                Keys.LEADER, Json.write(new Candidacy(server, Long.toHexString(mine.id()))), mine)));
                leader = store.get(Keys.LEADER);
            }
            var found = leader.map(entry -> Json.read(entry, Candidacy.class));
            known = leader.map(entry -> new Leader(found.orElseThrow().server(), new Epoch(entry.version())));
            if (found.filter(c -> c.lease().equals(Long.toHexString(mine.id()))).isPresent()) {
                term = new Term(known.orElseThrow().epoch(), asked + ttl.toNanos());
            } else {
                term = Term.NONE;
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the election waits for the store: {0}", e.toString());
            if (current().isEmpty()) {
                known = Optional.empty();
            }
        }
    }

    /** The leader's key, unless it is of before the store was begun anew. */
    private Optional<Entry> standing() {
        var found = store.snapshot(Keys.LEADER);
        var leader = found.entries().stream()
                .filter(entry -> entry.key().equals(Keys.LEADER))
                .findFirst();
        var now = new Epoch(found.revision()).beginning();
        if (leader.filter(entry -> new Epoch(entry.version()).beginning() < now).isEmpty()) {
            return leader;
        }
        LOG.log(
                Level.WARNING,
                "epoch {0} is of before the store was begun anew with {1}: server {2} campaigns anew",
                leader.get().version(),
                now,
                server);
        term = Term.NONE;
        tell();
        store.commit(Transaction.when(Condition.unchanged(leader.get())).then(Write.delete(Keys.LEADER)));
        return store.get(Keys.LEADER);
    }

    /** A lease that lived when asked for: the one at hand if it can be renewed, else a new one. */
    private Lease hold(long asked) {
        var held = lease;
        if (held != null && held.renew()) {
            return held;
        }
        LOG.log(Level.DEBUG, "{0} asks for a lease at {1}", server, asked);
        var fresh = store.grant(ttl);
        lease = fresh;
        return fresh;
    }

    private void tell() {
        var now = current();
        if (now.equals(told)) {
            return;
        }
        told = now;
        LOG.log(
                Level.INFO,
                now.map(epoch -> "server " + server + " leads, epoch " + epoch)
                        .orElse("server " + server + " leads no more"));
        for (var listener : listeners) {
            try {
                listener.accept(now);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a listener of the election failed; the election goes on", e);
            }
        }
    }

    private void wakeUp() {
        lock.lock();
        try {
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void rest() {
        lock.lock();
        try {
            if (!closed) {
                var unused = wake.awaitNanos(ttl.toNanos() / 4);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the election of {0} was interrupted: {1}", server, e);
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the leadership back at once, so that another server need not wait for the lease to end. */
    @Override
    public void close() {
        closed = true;
        wakeUp();
        var running = thread;
        if (running != null) {
            try {
                running.join(Duration.ofNanos(TimeUnit.SECONDS.toNanos(10)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        term = Term.NONE;
        var held = lease;
        if (held != null) {
            held.close();
        }
        tell();
    }

    /**
     * @param until by the monotonic clock
     */
    private record Term(Epoch epoch, long until) {
        private static final Term NONE = new Term(Epoch.NONE, 0);

        private boolean lives(long now) {
            return epoch.value() > 0 && now - until < 0;
        }
    }
}
