package io.keelson.server;

import io.keelson.server.api.ServerEtcd;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.audit.RestoredStore;
import io.keelson.server.store.StateStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What the audit log is told of that nobody asked a server for. */
@Singleton
public class AuditWiring {
    /** Before the store is closed. */
    private static final int FIRST = 100;

    @Produces
    @Singleton
    RestoredStore restoredStore(AuditLog audit, StateStore store, ServerEtcd etcd) {
        return new RestoredStore(audit, store, etcd::restored);
    }

    void start(@Observes StartupEvent event, RestoredStore restored) {
        restored.start();
    }

    void stop(@Observes @Priority(FIRST) ShutdownEvent event, RestoredStore restored) {
        restored.close();
    }
}
