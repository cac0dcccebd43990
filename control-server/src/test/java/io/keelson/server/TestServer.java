package io.keelson.server;

import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.loopback.FreePort;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.authority.TrustReports;
import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.configuration.Settings;
import io.keelson.server.configuration.SnapshotSettings;
import io.keelson.server.content.BlobStore;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.content.TestBundle;
import io.keelson.server.content.TestLevel;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.director.Director;
import io.keelson.server.enrolment.Enrolment;
import io.keelson.server.enrolment.EnrolmentEndpoint;
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
import io.keelson.server.repository.FreshnessLoop;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.server.repository.ServedFiles;
import io.keelson.server.repository.TestRepository;
import io.keelson.server.secrets.KeyRing;
import io.keelson.server.secrets.SealedEntries;
import io.keelson.server.secrets.SecretsRotation;
import io.keelson.server.secrets.SecretsRotationLoop;
import io.keelson.server.secrets.Vault;
import io.keelson.server.session.AgentEndpoint;
import io.keelson.server.session.LiveSessions;
import io.keelson.server.session.NodeCredentials;
import io.keelson.server.session.QuestionDesk;
import io.keelson.server.session.TunnelDesk;
import io.keelson.server.snapshots.SnapshotFiles;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.store.EtcdEndpoints;
import io.keelson.server.store.StateStore;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.HostTrust;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A server with real ports and real TLS, wired by hand on a store of the test's choice. */
public final class TestServer implements AutoCloseable {
    /** Everything that is sealed in the store, as the server itself has it. */
    public static final List<SealedEntries> SEALED = OperatorWiring.SEALED;

    /** Those who release for all servers of one directory. */
    private static final Map<Path, ReleasePeople> PEOPLE = new ConcurrentHashMap<>();

    public final Settings settings;
    public final ReleasePeople people;
    public final TestRepository releases;
    public final Director director;
    /** Does nothing before a test starts it. */
    public final FreshnessLoop freshness;

    public final StateStore store;
    public final AuditLog audit;
    public final Hosts hosts;
    public final JoinTokens tokens;
    public final DesiredStates desired;
    public final ObservedStates observed;
    public final BundleCatalog bundles;
    public final ClusterPki pki;
    public final Snapshots snapshots;
    public final SecretsRotation secretsRotation;
    /** Does nothing before a test starts it. */
    public final SecretsRotationLoop secretsRotationLoop;

    public final LiveSessions sessions;
    public final TunnelDesk tunnels;
    public final QuestionDesk questions;
    public final Leadership leadership;
    public final CertificateAuthority authority;
    public final PeerIdentity identity;
    public final HostAuthorities authorities;
    public final KnownAuthorities known;
    public final TrustReports reports;
    public final AuthorityRotation authorityRotation;
    private final Listeners listeners;

    private TestServer(Settings settings, ReleasePeople people, StateStore store, InstantSource clock) {
        this.settings = settings;
        this.people = people;
        this.store = store;
        authority = CertificateAuthority.load(read(settings.caCertificate()), read(settings.caKey()));
        var keys = new KeyRing(settings.secretsKey());
        var vault = new Vault(store, keys);
        var servers = new Servers(store);
        audit = new AuditLog(store, settings.name(), clock);
        authorities = new HostAuthorities(store, vault, authority, audit, clock);
        known = new KnownAuthorities(authorities, store);
        reports = new TrustReports(store);
        var hostAuthority = new HostAuthority(authorities, clock);
        hosts = new Hosts(store, audit);
        tokens = new JoinTokens(store, hostAuthority, audit, clock);
        desired = new DesiredStates(store);
        observed = new ObservedStates(store);
        var blobs = new BlobStore(settings.contentDir());
        releases = new TestRepository(
                store, blobs, settings.trustedRoot(), settings.onlineKey().file(), audit, clock);
        bundles = new BundleCatalog(store, blobs, releases.releases, audit, clock);
        pki = new ClusterPki(store, vault, audit, clock);
        snapshots = new Snapshots(
                new SnapshotIndex(store),
                new SnapshotFiles(settings.contentDir()),
                new PendingRestores(new ClusterRegistry(store, audit, clock), desired),
                pki,
                settings.snapshots().ownKey(),
                audit,
                clock);
        director = new Director(settings.name(), authorities, known, clock);
        sessions = new LiveSessions(
                settings.name(), desired, observed, servers, director, new LiveSessions.Trust(known, reports), clock);
        tunnels = new TunnelDesk(sessions);
        questions = new QuestionDesk(sessions);
        leadership = new Leadership(store, settings.name(), Duration.ofSeconds(3), System::nanoTime);
        secretsRotation = new SecretsRotation(store, servers, SEALED, audit);
        secretsRotationLoop = new SecretsRotationLoop(settings.name(), store, keys, secretsRotation, leadership, audit);
        List<BindableService> operators = List.of(new EnrolmentEndpoint(
                new Enrolment(store, hostAuthority, audit, clock),
                hostAuthority,
                releases.repository,
                servers,
                desired));
        List<BindableService> agents = List.of(new AgentEndpoint(
                sessions,
                tunnels,
                desired,
                bundles,
                new ServedFiles(releases.files, bundles),
                new NodeCredentials(pki, hostAuthority, audit),
                snapshots));
        freshness = new FreshnessLoop(releases.repository, leadership, audit, clock);
        identity = new PeerIdentity(hosts, clock);
        listeners = new Listeners(
                settings,
                operators,
                agents,
                identity,
                new HostTrust(() -> known.get().trusted(), clock),
                new ServerTls(settings, authorities, known, clock));
        authorityRotation = new AuthorityRotation(leadership, authorities, reports, hosts, observed, clock);
        // An etcd that has just been started on a busy machine may need longer than one call waits.
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            servers.register(settings.endpoints());
            return true;
        });
    }

    /** Starts a server whose certificates, keys and content are made in the directory unless they are there. */
    public static TestServer start(Path directory, String name, StateStore store, InstantSource clock) {
        makeFiles(directory);
        var people = PEOPLE.computeIfAbsent(directory, made -> new ReleasePeople(made.resolve("people")));
        var settings = new Settings(
                name,
                "127.0.0.1",
                FreePort.next(),
                FreePort.next(),
                FreePort.next(),
                directory.resolve("pki"),
                SecretKeyFile.of(directory.resolve("secrets.key")),
                directory.resolve("operators.yaml"),
                people.rootFile(),
                OnlineKeyFile.of(people.onlineKeyFile()),
                directory.resolve("content"),
                new EtcdEndpoints(List.of(URI.create("https://127.0.0.1:1")), directory, directory, directory),
                new SnapshotSettings(
                        directory.resolve("releases"),
                        directory.resolve("drill"),
                        Optional.empty(),
                        Optional.empty(),
                        new SnapshotKeyFile(directory.resolve("own.key")),
                        SnapshotPolicy.STANDARD),
                directory.resolve("keeper-report"));
        var server = new TestServer(settings, people, store, clock);
        server.releases.repository.start();
        server.sessions.start();
        server.listeners.start();
        server.leadership.start();
        return server;
    }

    private static void makeFiles(Path directory) {
        var pki = directory.resolve("pki");
        if (Files.exists(pki)) {
            return;
        }
        try {
            Files.createDirectories(pki);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var now = Instant.now();
        var authority = CertificateAuthority.create("test hosts", Duration.ofDays(3653), now);
        var server = Keys.generate(Algorithm.ECDSA_P256);
        var profile = new CertificateProfile(
                "keelson-server",
                List.of(),
                List.of("keelson-server", "localhost"),
                List.of("127.0.0.1"),
                List.of(),
                Usage.SERVER,
                Duration.ofDays(1));
        var certificate = authority.issue(server.getPublic(), profile, now);
        AtomicFile.write(pki.resolve("ca.crt"), authority.certificatePem(), FileMode.PUBLIC);
        AtomicFile.write(pki.resolve("ca.key"), authority.keyPem(), FileMode.SECRET);
        AtomicFile.write(pki.resolve("server.crt"), Pem.encode(certificate), FileMode.PUBLIC);
        AtomicFile.write(pki.resolve("server.key"), Pem.encode(server.getPrivate()), FileMode.SECRET);
        AtomicFile.write(
                directory.resolve("secrets.key"),
                SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII),
                FileMode.SECRET);
    }

    /** Releases a bundle, and publishes it. */
    public TestBundle publish(String name, String content) {
        var bundle = new TestBundle(name, content);
        releases.release(people, bundle.bundle(), bundle.manifest);
        var checked = bundles.check(bundle.manifest);
        bundles.receive(checked, bundle.digest, new ByteArrayInputStream(bundle.blob));
        bundles.publish("admin", bundle.manifest);
        return bundle;
    }

    /** The same of a level of an operating system. */
    public TestLevel publishLevel(String name, String content) {
        var level = new TestLevel(name, content);
        releases.release(people, level.name, level.manifest);
        var checked = bundles.check(level.manifest);
        bundles.receive(checked, level.digest, new ByteArrayInputStream(level.blob));
        bundles.publish("admin", level.manifest);
        return level;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        secretsRotationLoop.close();
        freshness.close();
        leadership.close();
        sessions.close();
        listeners.close();
    }
}
