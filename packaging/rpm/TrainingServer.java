import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import io.keelson.durable.AtomicFile;
import io.keelson.fleet.HostId;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.FetchRepositoryFileRequest;
import io.keelson.proto.agent.v1.FetchRepositoryFileResponse;
import io.keelson.proto.agent.v1.NodeSpec;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.ReportAck;
import io.keelson.proto.agent.v1.Role;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.proto.agent.v1.Welcome;
import io.keelson.proto.enrolment.v1.EnrolmentServiceGrpc;
import io.keelson.proto.enrolment.v1.JoinRequest;
import io.keelson.proto.enrolment.v1.JoinResponse;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.proto.operator.v1.OperatorServiceGrpc;
import io.keelson.proto.operator.v1.Resource;
import io.keelson.release.BundleManifest;
import io.keelson.release.Manifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.JoinToken;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.order.OrderSigner;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A peer for the programs' training runs while packages are built: real TLS on loopback, a greeting, one host, one signed
 * order, and a release repository of one bundle. Started as a source file; writes config.yaml, token and endpoint into the
 * given directory, endpoint last, and runs until it is ended.
 */
final class TrainingServer {
    private static final String HOST = """
            {"apiVersion":"keelson.io/v1alpha1","kind":"Host","metadata":{"name":"host-1"},
             "spec":{"zone":"a","address":"192.0.2.1"},"status":{"connected":true}}""";

    private static final BundleManifest MANIFEST = new BundleManifest(
            new BundleName("training"), new KubernetesVersion(1, 36, 0), Map.of(), "linux", "amd64", "0.1.0",
            List.of("1.35", "1.36"), new Manifest.Support(LocalDate.EPOCH, LocalDate.EPOCH, LocalDate.EPOCH), 0,
            List.of(), Map.of(), Map.of(), List.of(), List.of());

    private static final NodeSpec NODE = NodeSpec.newBuilder()
            .setCluster("training")
            .setNode("host-1")
            .setRole(Role.ROLE_WORKER)
            .setZone("a")
            .setAddress("192.0.2.1")
            .setBundle("training")
            .setManifestSha256("0".repeat(64))
            .setNetwork(NodeSpec.Network.newBuilder()
                    .setPods("10.244.0.0/16")
                    .setServices("10.96.0.0/16")
                    .setDnsDomain("cluster.local"))
            .setPodCidr("10.244.0.0/24")
            .addControlPlane("192.0.2.2")
            .setEtcd(NodeSpec.Etcd.newBuilder()
                    .setToken("keelson-training")
                    .addMembers(NodeSpec.EtcdMember.newBuilder()
                            .setName("host-2")
                            .setAddress("192.0.2.2")
                            .setClientPort(2379)
                            .setPeerPort(2380)))
            .build();

    private final CertificateAuthority authority =
            CertificateAuthority.create("training", Duration.ofDays(1), Instant.now());
    private final OrderSigner director = director();
    private final Path repository;

    private String endpoint = "";

    private TrainingServer(Path directory) {
        this.repository = directory.resolve("repository");
    }

    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[0]);
        new TrainingServer(directory).run(directory);
    }

    private X509Certificate issue(PublicKey key, String name, List<String> dns, List<URI> uris, Usage usage) {
        return authority.issue(
                key,
                new CertificateProfile(name, List.of(), dns, List.of(), uris, usage, Duration.ofDays(1)),
                Instant.now());
    }

    private OrderSigner director() {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var names = List.of(DirectorUri.of("training"));
        return new OrderSigner(
                keys.getPrivate(), issue(keys.getPublic(), "director", List.of(), names, Usage.ORDER_SIGNING));
    }

    /** Releases a bundle of the ordered name, but not the ordered one: an agent that could have it would install it. */
    private void release() throws IOException {
        var expires = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
        var signer = TufSigner.of(Keys.generate(Algorithm.ECDSA_P256).getPrivate());
        var plan = RolePlan.single(signer.key());
        var plans = Map.of(
                RoleName.ROOT, plan, RoleName.TIMESTAMP, plan, RoleName.SNAPSHOT, plan, RoleName.TARGETS, plan);
        Files.createDirectories(repository);
        var releases =
                TufRepository.create(repository, TufRepository.firstRoot(plans, expires).signedBy(signer));
        var manifest = Files.write(repository.resolve("manifest.json"), ManifestCodec.write(MANIFEST));
        var target = ReleaseTargets.manifest(MANIFEST.name());
        releases.publish(releases.targets(RoleName.TARGETS)
                .with(target, releases.store(target, manifest))
                .expiring(expires)
                .signedBy(signer));
        releases.publish(releases.snapshot(expires).signedBy(signer));
        releases.publish(releases.timestamp(expires).signedBy(signer));
    }

    private SignedOrder order() throws CertificateEncodingException {
        var now = Instant.now();
        var payload = Order.newBuilder()
                .setHost("host-1")
                .setEpoch(1)
                .setRevision(1)
                .setIssuedMillis(now.toEpochMilli())
                .setExpiresMillis(now.plus(Duration.ofMinutes(10)).toEpochMilli())
                .setNode(NODE)
                .build()
                .toByteArray();
        return SignedOrder.newBuilder()
                .setPayload(ByteString.copyFrom(payload))
                .setSignature(ByteString.copyFrom(director.sign(payload)))
                .setCertificate(ByteString.copyFrom(director.certificate().getEncoded()))
                .build();
    }

    private void run(Path directory) throws Exception {
        release();
        var pair = Keys.generate(Algorithm.ECDSA_P256);
        var certificate = issue(pair.getPublic(), "server", List.of("keelson-server"), List.of(), Usage.SERVER);
        var chain = new String(Pem.encode(certificate), StandardCharsets.US_ASCII)
                + new String(authority.certificatePem(), StandardCharsets.US_ASCII);
        var credentials = TlsServerCredentials.newBuilder()
                .keyManager(
                        new ByteArrayInputStream(chain.getBytes(StandardCharsets.US_ASCII)),
                        new ByteArrayInputStream(Pem.encode(pair.getPrivate())))
                .trustManager(new ByteArrayInputStream(authority.certificatePem()))
                .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
                .build();
        Server server = Grpc.newServerBuilderForPort(0, credentials)
                .addService(new Operators())
                .addService(new Enrolments())
                .addService(new Agents())
                .build();
        endpoint = "127.0.0.1:" + server.start().getPort();
        Files.writeString(directory.resolve("config.yaml"), """
                current: training
                contexts:
                  - name: training
                    server: %s
                    token: training
                    ca: |
                %s""".formatted(
                        endpoint,
                        new String(authority.certificatePem(), StandardCharsets.US_ASCII).indent(6)));
        var spki = Digest.of(authority.certificate().getPublicKey().getEncoded());
        Files.writeString(directory.resolve("token"), JoinToken.create(spki).text());
        Files.writeString(directory.resolve("endpoint"), endpoint);
        server.awaitTermination();
    }

    private static final class Operators extends OperatorServiceGrpc.OperatorServiceImplBase {
        @Override
        public void get(GetRequest request, StreamObserver<GetResponse> answer) {
            answer.onNext(GetResponse.newBuilder()
                    .addResources(Resource.newBuilder().setKind("Host").setName("host-1").setJson(HOST))
                    .build());
            answer.onCompleted();
        }
    }

    private final class Enrolments extends EnrolmentServiceGrpc.EnrolmentServiceImplBase {
        @Override
        public void join(JoinRequest request, StreamObserver<JoinResponse> answer) {
            var key = CertificateRequest.verify(request.getCsr().toByteArray());
            var host = new HostId(request.getHostname());
            var certificate = issue(key, host.value(), List.of(), List.of(HostUri.of(host)), Usage.CLIENT);
            answer.onNext(JoinResponse.newBuilder()
                    .setHostId(host.value())
                    .setChain(ByteString.copyFrom(Pem.encode(certificate)))
                    .setCa(ByteString.copyFrom(authority.certificatePem()))
                    .setTrustedRoot(ByteString.copyFrom(file("metadata/1.root.json").orElseThrow()))
                    .addAgentEndpoints(endpoint)
                    .build());
            answer.onCompleted();
        }
    }

    private Optional<byte[]> file(String path) {
        return AtomicFile.read(repository.resolve(path));
    }

    /** Greets each agent and wants it to be a node of a bundle that cannot be had. */
    private final class Agents extends AgentServiceGrpc.AgentServiceImplBase {
        @Override
        public StreamObserver<AgentMessage> session(StreamObserver<ServerMessage> answers) {
            return new StreamObserver<>() {
                @Override
                public void onNext(AgentMessage message) {
                    switch (message.getBodyCase()) {
                        case HELLO -> greet(answers);
                        case REPORT ->
                            answers.onNext(ServerMessage.newBuilder()
                                    .setReportAck(ReportAck.newBuilder()
                                            .setSpool(message.getReport().getSpool())
                                            .setSequence(message.getReport().getSequence()))
                                    .build());
                        default -> {}
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    answers.onCompleted();
                }
            };
        }

        @Override
        public void fetchRepositoryFile(
                FetchRepositoryFileRequest request, StreamObserver<FetchRepositoryFileResponse> answers) {
            var file = file(request.getPath());
            if (file.isEmpty()) {
                answers.onError(Status.NOT_FOUND.asRuntimeException());
                return;
            }
            answers.onNext(FetchRepositoryFileResponse.newBuilder()
                    .setData(ByteString.copyFrom(file.get()))
                    .build());
            answers.onCompleted();
        }

        private void greet(StreamObserver<ServerMessage> answers) {
            answers.onNext(ServerMessage.newBuilder()
                    .setWelcome(Welcome.newBuilder()
                            .setClockMillis(System.currentTimeMillis())
                            .setHeartbeatSeconds(1))
                    .build());
            try {
                answers.onNext(ServerMessage.newBuilder().setOrder(order()).build());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
