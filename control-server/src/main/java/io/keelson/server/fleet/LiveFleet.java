package io.keelson.server.fleet;

import io.keelson.server.content.PublishedBundle;
import io.keelson.server.departures.Departure;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.enrolment.Host;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.pool.PoolsImage;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The fleet's picture kept up to date by watches: a part is read again only after it changed. The picture may be a
 * moment old; a decision that must not be is made on {@link Fleet#read}. Safe for many threads.
 */
public final class LiveFleet implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Watch> watches = new ArrayList<>();
    private final Part<Host> hosts;
    private final Part<DesiredState> desired;
    private final Part<ObservedHost> observed;
    private final Part<RegisteredCluster> clusters;
    private final Part<PublishedBundle> bundles;
    private final Part<PoolsImage> pools;
    private final Part<Departure> departures;
    private long changes;

    public LiveFleet(StateStore store, Fleet fleet) {
        hosts = new Part<>(fleet::hosts);
        desired = new Part<>(fleet::desired);
        observed = new Part<>(fleet::observed);
        clusters = new Part<>(fleet::clusters);
        bundles = new Part<>(fleet::bundles);
        pools = new Part<>(() -> List.of(fleet.pools()));
        departures = new Part<>(fleet::departures);
        follow(store, Keys.HOSTS, hosts);
        follow(store, Keys.DESIRED, desired);
        follow(store, Keys.OBSERVED, observed);
        follow(store, Keys.CLUSTERS, clusters);
        follow(store, Keys.POOLS, pools);
        follow(store, Keys.POOL_HOSTS, pools);
        follow(store, Keys.POOL_STANDINGS, pools);
        follow(store, Keys.BUNDLES, bundles);
        follow(store, Keys.DEPARTURES, departures);
        follow(store, Keys.REPOSITORY, bundles); // says which of them are released
    }

    private void follow(StateStore store, String prefix, Part<?> part) {
        watches.add(store.watch(prefix, 0, change -> {
            part.stale = true;
            lock.lock();
            try {
                changes++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }));
    }

    /** How many changes were seen so far; see {@link #awaitChange}. */
    public long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until more changes were seen than that.
     *
     * @param seen what {@link #changes} said before the caller looked
     * @return false if none came in that time
     */
    public boolean awaitChange(long seen, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (changes == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return changes != seen;
        } finally {
            lock.unlock();
        }
    }

    /** The newest picture. */
    public FleetImage image() {
        return Fleet.image(
                hosts.get(),
                desired.get(),
                observed.get(),
                clusters.get(),
                bundles.get(),
                departures.get(),
                pools.get().getFirst());
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }

    private static final class Part<T> {
        private static final long OLDEST = Duration.ofSeconds(30).toNanos();

        private final Supplier<List<T>> reader;
        private volatile boolean stale = true;
        private List<T> held = List.of();
        private long read;

        private Part(Supplier<List<T>> reader) {
            this.reader = reader;
        }

        private synchronized List<T> get() {
            if (stale || System.nanoTime() - read > OLDEST) {
                stale = false; // before reading: a change while reading makes it stale again
                try {
                    held = reader.get();
                    read = System.nanoTime();
                } catch (RuntimeException e) {
                    stale = true;
                    throw e;
                }
            }
            return held;
        }
    }
}
