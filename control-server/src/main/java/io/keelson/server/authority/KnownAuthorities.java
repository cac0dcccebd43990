package io.keelson.server.authority;

import io.keelson.problem.ProblemException;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Watch;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The authorities as this server knows them, for those who cannot wait for the store: handshakes and streams. Follows
 * the store within seconds. Until it has been reached once, it is the authority of the files: harmless, since no call
 * is served while the store does not answer. Thread-safe.
 */
public final class KnownAuthorities implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KnownAuthorities.class.getName());
    private static final long LOOK_SECONDS = 5;

    private final HostAuthorities authorities;
    private final StateStore store;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("authorities").factory());
    private volatile Authorities known;

    public KnownAuthorities(HostAuthorities authorities, StateStore store) {
        this.authorities = authorities;
        this.store = store;
        this.known = authorities.beforeAnyRotation();
    }

    /** Follows the store from now on. */
    public void start() {
        watches.add(store.watch(Keys.AUTHORITIES, 0, change -> look()));
        // Also without a change, for the first look, and for one that failed.
        var unused = timer.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** What is known now; does not wait. */
    public Authorities get() {
        return known;
    }

    /** Calls after each change; must return quickly. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private synchronized void look() {
        try {
            var now = authorities.read();
            if (!now.equals(known)) {
                known = now;
                listeners.forEach(Runnable::run);
            }
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "the authorities are looked at again later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the authorities cannot be read; they are looked at again later", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        watches.forEach(Watch::close);
    }
}
