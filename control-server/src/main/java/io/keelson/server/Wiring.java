package io.keelson.server;

import io.grpc.BindableService;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.authority.TrustReports;
import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.configuration.ServerConfiguration;
import io.keelson.server.configuration.Settings;
import io.keelson.server.content.BlobStore;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.director.Director;
import io.keelson.server.enrolment.Enrolment;
import io.keelson.server.enrolment.HostAuthority;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.enrolment.JoinTokens;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.PendingRestores;
import io.keelson.server.leader.Leadership;
import io.keelson.server.leader.Servers;
import io.keelson.server.listen.Listeners;
import io.keelson.server.listen.ServerTls;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.peer.PeerIdentity;
import io.keelson.server.repository.ServerReleases;
import io.keelson.server.secrets.KeyRing;
import io.keelson.server.secrets.Vault;
import io.keelson.server.session.LiveSessions;
import io.keelson.server.session.NodeCredentials;
import io.keelson.server.session.QuestionDesk;
import io.keelson.server.session.TunnelDesk;
import io.keelson.server.snapshots.SnapshotFiles;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.store.EtcdStateStore;
import io.keelson.server.store.StateStore;
import io.keelson.server.wire.AgentPort;
import io.keelson.server.wire.OperatorPort;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.HostTrust;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** The whole server on one page: what is made of what. The classes themselves know nothing of CDI. */
@Singleton
public class Wiring {
    @Produces
    @Singleton
    Settings settings(ServerConfiguration configuration) {
        return Settings.of(
                configuration,
                Optional.ofNullable(System.getenv("CREDENTIALS_DIRECTORY")).map(Path::of));
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    EtcdStateStore store(Settings settings) {
        return EtcdStateStore.open(settings.etcd());
    }

    @Produces
    @Singleton
    Leadership leadership(StateStore store, Settings settings) {
        return new Leadership(store, settings.name(), Leadership.TTL, System::nanoTime);
    }

    @Produces
    @Singleton
    Servers servers(StateStore store) {
        return new Servers(store);
    }

    @Produces
    @Singleton
    AuditLog audit(StateStore store, Settings settings, InstantSource clock) {
        return new AuditLog(store, settings.name(), clock);
    }

    @Produces
    @Singleton
    HostAuthorities hostAuthorities(
            StateStore store, Vault vault, Settings settings, AuditLog audit, InstantSource clock) {
        var first = CertificateAuthority.load(read(settings.caCertificate()), read(settings.caKey()));
        return new HostAuthorities(store, vault, first, audit, clock);
    }

    @Produces
    @Singleton
    KnownAuthorities knownAuthorities(HostAuthorities authorities, StateStore store) {
        return new KnownAuthorities(authorities, store);
    }

    @Produces
    @Singleton
    TrustReports trustReports(StateStore store) {
        return new TrustReports(store);
    }

    @Produces
    @Singleton
    HostAuthority hostAuthority(HostAuthorities authorities, InstantSource clock) {
        return new HostAuthority(authorities, clock);
    }

    @Produces
    @Singleton
    AuthorityRotation authorityRotation(
            Leadership leadership,
            HostAuthorities authorities,
            TrustReports reports,
            Hosts hosts,
            ObservedStates observed,
            InstantSource clock) {
        return new AuthorityRotation(leadership, authorities, reports, hosts, observed, clock);
    }

    @Produces
    @Singleton
    Hosts hosts(StateStore store, AuditLog audit) {
        return new Hosts(store, audit);
    }

    @Produces
    @Singleton
    JoinTokens joinTokens(StateStore store, HostAuthority authority, AuditLog audit, InstantSource clock) {
        return new JoinTokens(store, authority, audit, clock);
    }

    @Produces
    @Singleton
    Enrolment enrolment(StateStore store, HostAuthority authority, AuditLog audit, InstantSource clock) {
        return new Enrolment(store, authority, audit, clock);
    }

    @Produces
    @Singleton
    DesiredStates desired(StateStore store) {
        return new DesiredStates(store);
    }

    @Produces
    @Singleton
    ObservedStates observed(StateStore store) {
        return new ObservedStates(store);
    }

    @Produces
    @Singleton
    BlobStore blobs(Settings settings) {
        return new BlobStore(settings.contentDir());
    }

    @Produces
    @Singleton
    BundleCatalog bundles(
            StateStore store, BlobStore blobs, ServerReleases releases, AuditLog audit, InstantSource clock) {
        return new BundleCatalog(store, blobs, releases, audit, clock);
    }

    @Produces
    @Singleton
    Director director(Settings settings, HostAuthorities authorities, KnownAuthorities known, InstantSource clock) {
        return new Director(settings.name(), authorities, known, clock);
    }

    @Produces
    @Singleton
    KeyRing keyRing(Settings settings) {
        return new KeyRing(settings.secretsKey());
    }

    @Produces
    @Singleton
    Vault vault(StateStore store, KeyRing keys) {
        return new Vault(store, keys);
    }

    @Produces
    @Singleton
    ClusterPki clusterPki(StateStore store, Vault vault, AuditLog audit, InstantSource clock) {
        return new ClusterPki(store, vault, audit, clock);
    }

    @Produces
    @Singleton
    Snapshots snapshots(
            StateStore store,
            Settings settings,
            ClusterRegistry clusters,
            DesiredStates desired,
            ClusterPki pki,
            OffsiteWiring.Outside outside,
            AuditLog audit,
            InstantSource clock) {
        return new Snapshots(
                new SnapshotIndex(store),
                new SnapshotFiles(settings.contentDir(), outside.store()),
                new PendingRestores(clusters, desired),
                pki,
                settings.snapshots().ownKey(),
                audit,
                clock);
    }

    @Produces
    @Singleton
    LiveSessions sessions(
            Settings settings,
            DesiredStates desired,
            ObservedStates observed,
            Servers servers,
            Director director,
            KnownAuthorities known,
            TrustReports reports,
            InstantSource clock) {
        var trust = new LiveSessions.Trust(known, reports);
        return new LiveSessions(settings.name(), desired, observed, servers, director, trust, clock);
    }

    @Produces
    @Singleton
    TunnelDesk tunnelDesk(LiveSessions sessions) {
        return new TunnelDesk(sessions);
    }

    @Produces
    @Singleton
    QuestionDesk questionDesk(LiveSessions sessions) {
        return new QuestionDesk(sessions);
    }

    @Produces
    @Singleton
    NodeCredentials credentials(ClusterPki pki, HostAuthority authority, AuditLog audit) {
        return new NodeCredentials(pki, authority, audit);
    }

    @Produces
    @Singleton
    Listeners listeners(
            Settings settings,
            @OperatorPort Instance<BindableService> operatorServices,
            @AgentPort Instance<BindableService> agentServices,
            Hosts hosts,
            HostAuthorities authorities,
            KnownAuthorities known,
            InstantSource clock) {
        return new Listeners(
                settings,
                operatorServices.stream().toList(),
                agentServices.stream().toList(),
                new PeerIdentity(hosts, clock),
                new HostTrust(() -> known.get().trusted(), clock),
                new ServerTls(settings, authorities, known, clock));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            file + " cannot be read: " + e,
                            Remedy.advise("Let the server's user read it.", "ls -l " + file)),
                    e);
        }
    }
}
