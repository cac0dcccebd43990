package io.keelson.server;

import io.grpc.BindableService;
import io.keelson.fleet.HostId;
import io.keelson.server.api.OperatorEndpoint;
import io.keelson.server.api.Operators;
import io.keelson.server.api.PoolEndpoint;
import io.keelson.server.api.ServerEtcd;
import io.keelson.server.api.ServerIdentity;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.authority.AuthoritySecrets;
import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.clusterpki.PkiSecrets;
import io.keelson.server.configuration.Settings;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.drill.DrillLoop;
import io.keelson.server.drill.RestoreDrill;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.enrolment.JoinTokens;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.fleet.SnapshotSubjects;
import io.keelson.server.kubetunnel.FleetRoutes;
import io.keelson.server.kubetunnel.TunnelListener;
import io.keelson.server.leader.Leadership;
import io.keelson.server.leader.Servers;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.offsite.OffsiteLoop;
import io.keelson.server.offsite.OwnSnapshotLoop;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolHistory;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.Pools;
import io.keelson.server.repository.Publication;
import io.keelson.server.repository.ReleaseRepository;
import io.keelson.server.rollout.ClusterLoop;
import io.keelson.server.rollout.Departing;
import io.keelson.server.rollout.Removal;
import io.keelson.server.secrets.KeyRing;
import io.keelson.server.secrets.SealedEntries;
import io.keelson.server.secrets.SecretsRotation;
import io.keelson.server.secrets.SecretsRotationLoop;
import io.keelson.server.session.LiveSessions;
import io.keelson.server.session.QuestionDesk;
import io.keelson.server.session.TunnelDesk;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.StoreCopy;
import io.keelson.server.wire.OperatorPort;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The operators' side of the server: their service, the loop that follows what they declare, kubectl's port. */
@Singleton
public class OperatorWiring {
    /** kubectl's connections at one time. */
    private static final int MOST_TUNNELS = 2_000;

    /** Everything that is sealed in the store. */
    static final List<SealedEntries> SEALED = List.of(new PkiSecrets(), new AuthoritySecrets());

    /** Before the store is closed. */
    private static final int FIRST = 100;

    @Produces
    @Singleton
    ClusterLoop loop(
            Leadership leadership,
            Fleet fleet,
            LiveFleet changes,
            DesiredStates desired,
            ClusterPki pki,
            AuditLog audit,
            Departing departing,
            InstantSource clock) {
        return new ClusterLoop(leadership, fleet, changes, desired, pki, audit, departing, clock);
    }

    @Produces
    @Singleton
    SnapshotSubjects snapshotSubjects(Settings settings, ClusterRegistry clusters, InstantSource clock) {
        return new SnapshotSubjects(clusters, settings.snapshots().own(), clock.instant());
    }

    @Produces
    @Singleton
    OwnSnapshotLoop ownSnapshots(
            Leadership leadership,
            SnapshotSubjects subjects,
            Snapshots snapshots,
            StoreCopy store,
            InstantSource clock) {
        return new OwnSnapshotLoop(leadership, subjects.own(), snapshots, store, clock);
    }

    @Produces
    @Singleton
    DrillLoop drillLoop(
            Settings settings,
            Leadership leadership,
            SnapshotSubjects clusters,
            Snapshots snapshots,
            InstantSource clock) {
        var drill = new RestoreDrill(
                snapshots,
                settings.snapshots().releases(),
                settings.snapshots().drill().resolve(settings.name()),
                clock);
        return new DrillLoop(leadership, clusters, snapshots, drill, clock);
    }

    @Produces
    @Singleton
    OffsiteLoop offsiteLoop(
            Leadership leadership,
            SnapshotSubjects clusters,
            Snapshots snapshots,
            OffsiteWiring.Outside outside,
            InstantSource clock) {
        return new OffsiteLoop(leadership, clusters, snapshots, outside.store(), clock);
    }

    @Produces
    @Singleton
    FleetRoutes routes(LiveFleet fleet, LiveSessions sessions, TunnelDesk desk) {
        return new FleetRoutes(fleet, () -> List.<HostId>copyOf(sessions.connected()), desk);
    }

    @Produces
    @Singleton
    TunnelListener tunnels(Settings settings, FleetRoutes routes) {
        return new TunnelListener(new InetSocketAddress(settings.tunnelPort()), routes, MOST_TUNNELS);
    }

    @Produces
    @Singleton
    Operators operators(Settings settings) {
        return new Operators(settings.operatorsFile());
    }

    @Produces
    @Singleton
    ServerIdentity identity(
            Settings settings,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        return new ServerIdentity(version, settings.endpoints());
    }

    @Produces
    @Singleton
    SecretsRotation secretsRotation(StateStore store, Servers servers, AuditLog audit) {
        return new SecretsRotation(store, servers, SEALED, audit);
    }

    @Produces
    @Singleton
    SecretsRotationLoop secretsRotationLoop(
            Settings settings,
            StateStore store,
            KeyRing keys,
            SecretsRotation rotation,
            Leadership leadership,
            AuditLog audit) {
        return new SecretsRotationLoop(settings.name(), store, keys, rotation, leadership, audit);
    }

    @Produces
    @Singleton
    OperatorEndpoint.Parts parts(
            Operators operators,
            ServerIdentity identity,
            StateStore store,
            Fleet fleet,
            LiveFleet live,
            ObservedStates observed,
            ClusterRegistry clusters,
            NodePools pools,
            Removal removal,
            JoinTokens tokens,
            Hosts hosts,
            AuthorityRotation authorityRotation,
            ClusterPki pki,
            BundleCatalog bundles,
            ReleaseRepository repository,
            Publication publication,
            SecretsRotation secretsRotation,
            QuestionDesk questions,
            Leadership leadership,
            Snapshots snapshots,
            ServerEtcd serverEtcd,
            InstantSource clock) {
        return new OperatorEndpoint.Parts(
                operators,
                identity,
                store,
                fleet,
                live,
                observed,
                clusters,
                pools,
                removal,
                tokens,
                hosts,
                authorityRotation,
                pki,
                bundles,
                repository,
                publication,
                secretsRotation,
                questions,
                leadership,
                snapshots,
                serverEtcd,
                clock);
    }

    @Produces
    @Singleton
    ServerEtcd serverEtcd(Settings settings, SnapshotSubjects subjects) {
        return new ServerEtcd(settings.keeperReport(), subjects.own());
    }

    @Produces
    @Singleton
    @OperatorPort
    BindableService operatorService(OperatorEndpoint.Parts parts) {
        return OperatorEndpoint.of(parts);
    }

    @Produces
    @Singleton
    @OperatorPort
    BindableService poolService(OperatorEndpoint.Parts parts, Pools pools, PoolRecords records, PoolHistory history) {
        return PoolEndpoint.of(new PoolEndpoint.Parts(
                parts.operators(),
                parts.fleet(),
                parts.live(),
                parts.observed(),
                pools,
                parts.pools(),
                records,
                history,
                parts.clock()));
    }

    void start(
            @Observes StartupEvent event,
            ClusterLoop loop,
            SecretsRotationLoop secretsRotation,
            DrillLoop drills,
            OffsiteLoop offsite,
            OwnSnapshotLoop own,
            TunnelListener tunnels) {
        tunnels.start();
        loop.start();
        drills.start();
        offsite.start();
        own.start();
        secretsRotation.start();
    }

    void stop(
            @Observes @Priority(FIRST) ShutdownEvent event,
            ClusterLoop loop,
            SecretsRotationLoop secretsRotation,
            DrillLoop drills,
            OffsiteLoop offsite,
            OwnSnapshotLoop own,
            TunnelListener tunnels,
            LiveFleet fleet) {
        tunnels.close();
        drills.close();
        offsite.close();
        own.close();
        loop.close();
        secretsRotation.close();
        fleet.close();
    }
}
