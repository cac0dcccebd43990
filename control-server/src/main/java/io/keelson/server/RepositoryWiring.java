package io.keelson.server;

import io.keelson.server.audit.AuditLog;
import io.keelson.server.configuration.Settings;
import io.keelson.server.content.BlobStore;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.leader.Leadership;
import io.keelson.server.repository.FreshnessLoop;
import io.keelson.server.repository.Publication;
import io.keelson.server.repository.ReleaseRepository;
import io.keelson.server.repository.RepositoryStore;
import io.keelson.server.repository.ServedFiles;
import io.keelson.server.repository.ServerReleases;
import io.keelson.server.repository.TrustedRoot;
import io.keelson.server.store.StateStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The release repository: what holds it, what keeps it fresh, who asks it. */
@Singleton
public class RepositoryWiring {
    /** Before anything is served, and before the store is closed. */
    private static final int FIRST = 100;

    @Produces
    @Singleton
    RepositoryStore repositoryStore(StateStore store, BlobStore blobs) {
        return new RepositoryStore(store, blobs);
    }

    @Produces
    @Singleton
    ReleaseRepository repository(RepositoryStore files, Settings settings, AuditLog audit, InstantSource clock) {
        return new ReleaseRepository(
                files, TrustedRoot.read(settings.trustedRoot()), settings.onlineKey(), audit, clock);
    }

    @Produces
    @Singleton
    ServerReleases releases(ReleaseRepository repository, RepositoryStore files, InstantSource clock) {
        return new ServerReleases(repository, files, clock);
    }

    @Produces
    @Singleton
    ServedFiles servedFiles(RepositoryStore files, BundleCatalog bundles) {
        return new ServedFiles(files, bundles);
    }

    @Produces
    @Singleton
    Publication publication(ReleaseRepository repository, AuditLog audit, InstantSource clock) {
        return new Publication(repository, audit, clock);
    }

    @Produces
    @Singleton
    FreshnessLoop freshness(ReleaseRepository repository, Leadership leadership, AuditLog audit, InstantSource clock) {
        return new FreshnessLoop(repository, leadership, audit, clock);
    }

    void start(@Observes @Priority(FIRST) StartupEvent event, ReleaseRepository repository, FreshnessLoop freshness) {
        repository.start();
        freshness.start();
    }

    void stop(@Observes @Priority(FIRST) ShutdownEvent event, FreshnessLoop freshness) {
        freshness.close();
    }
}
