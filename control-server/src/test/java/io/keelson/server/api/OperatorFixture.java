package io.keelson.server.api;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.HostServiceGrpc;
import io.keelson.proto.operator.v1.HostServiceGrpc.HostServiceBlockingStub;
import io.keelson.proto.operator.v1.OperatorServiceGrpc;
import io.keelson.proto.operator.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.keelson.release.Digest;
import io.keelson.server.TestServer;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.TrustReports;
import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.content.BlobStore;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.departures.DepartureRecords;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.enrolment.HostAuthority;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.enrolment.JoinTokens;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.fleet.PendingRestores;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.leader.Leadership;
import io.keelson.server.leader.Servers;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolHistory;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.PoolRemoval;
import io.keelson.server.pool.PoolStandings;
import io.keelson.server.repository.FreshnessLoop;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.server.repository.TestRepository;
import io.keelson.server.rollout.ClusterLoop;
import io.keelson.server.rollout.Departing;
import io.keelson.server.rollout.HostWords;
import io.keelson.server.rollout.Removal;
import io.keelson.server.rollout.SimulatedExits;
import io.keelson.server.secrets.KeyRing;
import io.keelson.server.secrets.SecretsRotation;
import io.keelson.server.secrets.Vault;
import io.keelson.server.snapshots.SnapshotFiles;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/** The operators' service over a real connection, with everything behind it, on a store in memory. */
final class OperatorFixture implements AutoCloseable {
    static final String TOKEN = "correct horse battery staple";

    final InMemoryStateStore store = new InMemoryStateStore();
    final InstantSource clock = InstantSource.system();
    final AuditLog audit = new AuditLog(store, "server-1", clock);
    final Hosts hosts = new Hosts(store, audit);
    final DesiredStates desired = new DesiredStates(store);
    final ObservedStates observed = new ObservedStates(store);
    final TestAgents agents = new TestAgents(observed, desired, clock);
    final ClusterRegistry clusters = new ClusterRegistry(store, audit, clock);
    final NodePools nodePools = new NodePools(store, audit, clock);
    final PoolHistory poolHistory = new PoolHistory(store);
    final PoolRecords poolRecords = new PoolRecords(store, poolHistory);
    final PoolStandings poolStandings = new PoolStandings(store);
    final Leadership leadership = new Leadership(store, "server-1", Duration.ofSeconds(5), System::nanoTime);
    final TestBundles releases;
    final TestRepository repository;
    /** Does nothing before a test starts it. */
    final FreshnessLoop freshness;

    final BundleCatalog bundles;
    final Fleet fleet;
    final LiveFleet live;
    final SecretsRotation secretsRotation = new SecretsRotation(store, new Servers(store), TestServer.SEALED, audit);
    final KeyRing keyRing;
    final DepartureRecords departures = new DepartureRecords(store);
    /** What becomes of nodes that are to go; empty at once at first. */
    final SimulatedExits exits = new SimulatedExits();

    final HostWords hostWords;
    final ClusterLoop loop;
    final HostServiceBlockingStub hostOperator;
    /** What hosts answer, and which of them are connected to this server. */
    final RecordedQuestions questions = new RecordedQuestions();

    final ClusterPki pki;
    final Snapshots snapshots;
    final Path operatorsFile;
    final OperatorServiceBlockingStub operator;
    final ManagedChannel channel;
    private final Server server;

    OperatorFixture(Path directory) throws IOException {
        var people = new ReleasePeople(directory.resolve("people"));
        var blobs = new BlobStore(directory.resolve("content"));
        repository = new TestRepository(store, blobs, people, audit, clock);
        releases = new TestBundles(people, repository);
        bundles = new BundleCatalog(store, blobs, repository.releases, audit, clock);
        freshness = new FreshnessLoop(repository.repository, leadership, audit, clock);
        fleet = new Fleet(
                hosts,
                desired,
                observed,
                clusters,
                bundles,
                departures,
                new Fleet.Pools(nodePools, poolRecords, poolStandings));
        live = new LiveFleet(store, fleet);
        hostWords = new HostWords(departures, fleet, hosts, audit, clock);
        operatorsFile = directory.resolve("operators.yaml");
        writeOperators("admin", TOKEN);
        var secrets = directory.resolve("secrets.key");
        AtomicFile.write(secrets, SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        keyRing = new KeyRing(SecretKeyFile.of(secrets));
        var vault = new Vault(store, keyRing);
        pki = new ClusterPki(store, vault, audit, clock);
        snapshots = new Snapshots(
                new SnapshotIndex(store),
                new SnapshotFiles(directory.resolve("content")),
                new PendingRestores(clusters, desired),
                pki,
                new SnapshotKeyFile(directory.resolve("own.key")),
                audit,
                clock);
        loop = new ClusterLoop(
                leadership,
                fleet,
                live,
                desired,
                pki,
                audit,
                new Departing(departures, exits, desired, hosts, audit, clock),
                clock);
        var authorities = new HostAuthorities(
                store, vault, CertificateAuthority.create("test", Duration.ofDays(1), clock.instant()), audit, clock);
        var authorityRotation =
                new AuthorityRotation(leadership, authorities, new TrustReports(store), hosts, observed, clock);
        var authority = new HostAuthority(authorities, clock);
        var endpoint = OperatorEndpoint.of(new OperatorEndpoint.Parts(
                new Operators(operatorsFile),
                new ServerIdentity("0.0.1", new Servers.Endpoints("server-1", "s:7444", "s:7443", "s:7445")),
                store,
                fleet,
                live,
                observed,
                clusters,
                nodePools,
                new Removal(fleet, clusters, hosts, new PoolRemoval(store, nodePools, poolRecords, poolHistory, audit)),
                new JoinTokens(store, authority, audit, clock),
                hosts,
                authorityRotation,
                pki,
                bundles,
                repository.repository,
                repository.publication,
                secretsRotation,
                questions,
                leadership,
                snapshots,
                new ServerEtcd(
                        directory.resolve("keeper-report"),
                        new SnapshotSubject(ClusterName.OF_SERVER, SnapshotPolicy.STANDARD, clock.instant())),
                clock));
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(endpoint)
                .addService(HostEndpoint.of(new Operators(operatorsFile), hostWords))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        operator = as(TOKEN);
        hostOperator = HostServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
        leadership.start();
    }

    void writeOperators(String name, String token) throws IOException {
        var hash = Digest.of(token.getBytes(StandardCharsets.UTF_8)).hex();
        Files.writeString(
                operatorsFile, "operators:\n  - {name: " + name + ", tokenSha256: " + '"' + hash + '"' + "}\n");
    }

    private static Metadata bearer(String token) {
        var headers = new Metadata();
        headers.put(Authorisation.HEADER, "Bearer " + token);
        return headers;
    }

    OperatorServiceBlockingStub as(String token) {
        return OperatorServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(token)));
    }

    OperatorServiceGrpc.OperatorServiceStub asynchronous() {
        return OperatorServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(TOKEN)));
    }

    /** Hosts named {@code id@zone}, with addresses 192.0.2.1 and on. */
    void enrol(String... hostsAndZones) {
        int number = store.list(Keys.HOSTS).size();
        for (var hostAndZone : hostsAndZones) {
            var parts = hostAndZone.split("@");
            var json = """
                    {"v":1,"zone":"%s","address":"192.0.2.%d","keySha256":"%s","enrolledMillis":1000,"revoked":false,\
                    "token":"","chain":""}""".formatted(parts[1], ++number, "0".repeat(64));
            store.commit(Transaction.always(Write.put(Keys.host(new HostId(parts[0])), json)));
        }
    }

    void standardFleet() {
        enrol("cp-a@z1", "cp-b@z2", "cp-c@z3", "w-1@z1", "w-2@z2", "w-3@z3");
        releases.publish(bundles, "kubernetes-1.20.2-1", "1.20.2");
    }

    static String cluster(String name, String controlPlane, String workers) {
        return """
                apiVersion: keelson.io/v1alpha1
                kind: Cluster
                metadata: {name: %s}
                spec:
                  bundle: kubernetes-1.20.2-1
                  controlPlane: {hosts: [%s]}
                  pools: [{name: default, hosts: [%s]}]
                """.formatted(name, controlPlane, workers);
    }

    static ApplyRequest request(String manifest) {
        return ApplyRequest.newBuilder()
                .setManifest(ByteString.copyFromUtf8(manifest))
                .build();
    }

    ApplyResponse apply(String manifest) {
        return operator.apply(request(manifest));
    }

    GetRequest all(String kind) {
        return GetRequest.newBuilder().setKind(kind).build();
    }

    String json(String kind, String name) {
        return operator.get(GetRequest.newBuilder().setKind(kind).setName(name).build())
                .getResources(0)
                .getJson();
    }

    /** The codes that came in the trailer. */
    static List<String> codes(StatusRuntimeException refusal) {
        var problems = Optional.ofNullable(refusal.getTrailers())
                .map(trailers -> trailers.get(ProblemStatus.TRAILER))
                .orElseThrow(() -> new AssertionError("no problems in the trailer of " + refusal));
        return problems.getProblemsList().stream().map(ProblemReport::getCode).toList();
    }

    @Override
    public void close() {
        loop.close();
        freshness.close();
        live.close();
        leadership.close();
        channel.shutdownNow();
        server.shutdownNow();
        store.close();
        try {
            Files.deleteIfExists(operatorsFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
