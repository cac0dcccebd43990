package io.keelson.server;

import io.keelson.problem.ProblemException;
import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.configuration.Settings;
import io.keelson.server.leader.Leadership;
import io.keelson.server.leader.Servers;
import io.keelson.server.listen.Listeners;
import io.keelson.server.session.LiveSessions;
import io.keelson.server.store.StateStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The order in which the server starts and stops. It starts also while etcd is down, and is not ready until it is up. */
@Singleton
public class Lifecycle {
    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());
    private static final long REGISTER_SECONDS = 15;

    private final Settings settings;
    private final StateStore store;
    private final Servers servers;
    private final Leadership leadership;
    private final LiveSessions sessions;
    private final Listeners listeners;
    private final AuthorityRotation authorityRotation;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("registration").factory());

    public Lifecycle(
            Settings settings,
            StateStore store,
            Servers servers,
            Leadership leadership,
            LiveSessions sessions,
            Listeners listeners,
            AuthorityRotation authorityRotation) {
        this.settings = settings;
        this.store = store;
        this.servers = servers;
        this.leadership = leadership;
        this.sessions = sessions;
        this.listeners = listeners;
        this.authorityRotation = authorityRotation;
    }

    void start(@Observes StartupEvent event) {
        var unused = timer.scheduleWithFixedDelay(this::register, 0, REGISTER_SECONDS, TimeUnit.SECONDS);
        sessions.start();
        listeners.start();
        leadership.start();
        authorityRotation.start();
    }

    private void register() {
        try {
            servers.register(settings.endpoints());
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "the server is not registered yet: {0}", e.getMessage());
        }
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
        authorityRotation.close();
        leadership.close();
        sessions.close();
        listeners.close();
        store.close();
    }
}
