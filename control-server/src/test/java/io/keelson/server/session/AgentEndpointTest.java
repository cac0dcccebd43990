package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.CertificateOrder;
import io.keelson.proto.agent.v1.CertificatePurpose;
import io.keelson.proto.agent.v1.FetchBlobRequest;
import io.keelson.proto.agent.v1.GetClusterSecretsRequest;
import io.keelson.proto.agent.v1.GetManifestRequest;
import io.keelson.proto.agent.v1.Hello;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.proto.agent.v1.StepReport;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.release.Digest;
import io.keelson.server.TestAgent;
import io.keelson.server.TestServer;
import io.keelson.server.content.TestBundle;
import io.keelson.server.desired.DesiredStatesTest;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents over real mTLS against a real server in the same process. */
class AgentEndpointTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HostId A = new HostId("a");

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final TestAgent a = new TestAgent("a");
    private final TestAgent b = new TestAgent("b");
    private volatile Duration passed = Duration.ZERO;
    private final InstantSource clock = () -> Instant.now().plus(passed);

    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(directory, "s1", store, clock);
        await().atMost(PATIENCE).until(() -> server.leadership.current().isPresent());
        a.enrol(server).dial(server);
        b.enrol(server).dial(server);
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        server.close();
    }

    private NodeSpec assign(String host, Role role) {
        var node = DesiredStatesTest.node(host, role);
        server.desired.decide(server.leadership.require(), new HostId(host), Optional.of(node));
        return node;
    }

    private static Report step(String spool, long sequence) {
        return Report.newBuilder()
                .setSpool(spool)
                .setSequence(sequence)
                .setRevision(1)
                .setStep(StepReport.newBuilder().setStep("etcd").setPhase(StepPhase.STEP_PHASE_DONE))
                .build();
    }

    @Test
    void agentIsGreetedToldWhatItIsToBeAndToldAgainWhenThatChanges() {
        assign("a", Role.WORKER);
        a.hello();
        await().atMost(PATIENCE).until(() -> a.desired().size() == 1);
        assertThat(a.received.getFirst().hasWelcome()).isTrue();
        assertThat(a.desired().getFirst().getNode().getNode()).isEqualTo("a");
        assertThat(a.desired().getFirst().getEpoch())
                .isEqualTo(server.leadership.require().value());
        server.desired.decide(server.leadership.require(), A, Optional.empty());
        await().atMost(PATIENCE).until(() -> a.desired().size() == 2);
        assertThat(a.desired().getLast().getRevision()).isEqualTo(2);
        assertThat(a.desired().getLast().hasUnassigned()).isTrue();
    }

    @Test
    void hostHearsNothingOfAnother() {
        a.hello();
        b.hello();
        await().atMost(PATIENCE).until(() -> server.sessions.connected().size() == 2);
        assign("a", Role.WORKER);
        await().atMost(PATIENCE).until(() -> a.desired().size() == 1);
        assertThat(b.desired()).isEmpty();
    }

    @Test
    void reportIsStoredOnceAndAcknowledgedEachTime() {
        a.hello();
        a.report(step("s", 1));
        a.report(step("s", 1));
        await().atMost(PATIENCE)
                .until(() ->
                        a.received.stream().filter(ServerMessage::hasReportAck).count() == 2);
        assertThat(server.observed.events(A, 10)).hasSize(1);
        assertThat(server.observed.events(new HostId("b"), 10)).isEmpty();
    }

    @Test
    void firstMessageMustBeHelloAndOnlyTheFirst() {
        a.hello();
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
        a.send(AgentMessage.newBuilder().setHello(Hello.getDefaultInstance()).build());
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        assertThat(TestAgent.code(a.broken())).isEqualTo("RESOURCE_INVALID");
        await().atMost(PATIENCE).until(() -> server.sessions.connected().isEmpty());
    }

    @Test
    void newerSessionOfAHostEndsTheOlder() {
        a.hello();
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
        var again = new StreamObserver<ServerMessage>() {
            @Override
            public void onNext(ServerMessage message) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        };
        a.streams()
                .session(again)
                .onNext(AgentMessage.newBuilder()
                        .setHello(Hello.newBuilder().setAgentVersion("0.2.0"))
                        .build());
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        assertThat(Status.fromThrowable(a.broken()).getCode()).isEqualTo(Status.Code.ABORTED);
        var seen = server.observed.get(A).orElseThrow();
        assertThat(seen.agentVersion()).isEqualTo("0.2.0");
        assertThat(seen.connected(clock.instant())).isTrue();
    }

    @Test
    void silentSessionIsEnded() {
        a.hello();
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
        assertThat(server.observed.get(A).orElseThrow().connected(clock.instant()))
                .isTrue();
        passed = LiveSessions.SILENCE.plusSeconds(1);
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        await().atMost(PATIENCE)
                .until(() -> !server.observed.get(A).orElseThrow().connected(clock.instant()));
    }

    @Test
    void revokedHostIsExpelledAndStaysOutside() {
        a.hello();
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
        server.hosts.revoke("admin", A);
        await().atMost(Duration.ofSeconds(10)).until(() -> a.broken() != null);
        assertThat(TestAgent.code(catchThrowable(
                        () -> a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()))))
                .isEqualTo("IDENTITY_REJECTED");
    }

    @Test
    void removedHostIsUnknown() {
        server.hosts.remove("admin", A);
        assertThat(TestAgent.code(catchThrowable(
                        () -> a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()))))
                .isEqualTo("HOST_UNKNOWN");
    }

    @Test
    void connectionWithoutOrWithAForeignCertificateIsRefused() {
        try (var nobody = new TestAgent("a").dial(server)) {
            var refused = catchThrowable(
                    () -> nobody.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()));
            assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
        try (var stranger = new TestAgent("a")) {
            var other = CertificateAuthority.create("other", Duration.ofDays(1), Instant.now());
            stranger.useCertificate(certificate(other, stranger, "a"));
            stranger.dial(server);
            var refused = catchThrowable(
                    () -> stranger.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()));
            assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void certificateOfTheRightNameForAnotherKeyIsRefused() {
        try (var impostor = new TestAgent("a")) {
            impostor.useCertificate(certificate(server.authority, impostor, "a"));
            impostor.dial(server);
            assertThat(TestAgent.code(catchThrowable(
                            () -> impostor.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()))))
                    .isEqualTo("IDENTITY_REJECTED");
        }
    }

    private static byte[] certificate(CertificateAuthority authority, TestAgent agent, String host) {
        var profile = new CertificateProfile(
                host,
                List.of(),
                List.of(),
                List.of(),
                List.of(HostUri.of(new HostId(host))),
                Usage.CLIENT,
                Duration.ofDays(1));
        return Pem.encode(authority.issue(agent.keys.getPublic(), profile, Instant.now()));
    }

    private TestBundle publish(String name, String content) {
        var bundle = new TestBundle(directory.resolve("release-keys"), name, content);
        var checked = server.bundles.check(bundle.manifest, bundle.signatures);
        server.bundles.receive(checked, bundle.digest, new ByteArrayInputStream(bundle.blob));
        server.bundles.publish("admin", bundle.manifest, bundle.signatures);
        return bundle;
    }

    private byte[] fetch(TestAgent agent, Digest digest, long offset) {
        var bytes = new ByteArrayOutputStream();
        agent.calls()
                .fetchBlob(FetchBlobRequest.newBuilder()
                        .setSha256(digest.hex())
                        .setOffset(offset)
                        .build())
                .forEachRemaining(part -> bytes.writeBytes(part.getData().toByteArray()));
        return bytes.toByteArray();
    }

    @Test
    void hostFetchesItsOwnBundleAndNoOther() {
        var mine = publish("kubernetes-1.20.2-1", "x".repeat(3_000_000));
        var other = publish("kubernetes-1.20.3-1", "other");
        var node = DesiredStatesTest.node("a", Role.WORKER);
        var exact = new NodeSpec(
                node.cluster(),
                node.node(),
                node.role(),
                node.zone(),
                node.address(),
                node.bundle(),
                Digest.of(mine.manifest),
                node.network(),
                node.podCidr(),
                node.controlPlane(),
                node.etcd(),
                node.routes(),
                node.labels());
        server.desired.decide(server.leadership.require(), A, Optional.of(exact));
        var answer = a.calls()
                .getManifest(GetManifestRequest.newBuilder()
                        .setBundle("kubernetes-1.20.2-1")
                        .build());
        assertThat(answer.getManifest().toByteArray()).isEqualTo(mine.manifest);
        assertThat(answer.getSignatures().toByteArray()).isEqualTo(mine.signatures);
        assertThat(fetch(a, mine.digest, 0)).isEqualTo(mine.blob);
        assertThat(fetch(a, mine.digest, 2_999_999)).hasSize(1);
        assertThat(fetch(a, mine.digest, 3_000_000)).isEmpty();
        assertThat(TestAgent.code(catchThrowable(() -> fetch(a, mine.digest, 3_000_001))))
                .isEqualTo("RESOURCE_INVALID");
        assertThat(TestAgent.code(catchThrowable(() -> fetch(a, other.digest, 0))))
                .isEqualTo("IDENTITY_REJECTED");
        assertThat(TestAgent.code(catchThrowable(() -> a.calls()
                        .getManifest(GetManifestRequest.newBuilder()
                                .setBundle("kubernetes-1.20.3-1")
                                .build()))))
                .isEqualTo("IDENTITY_REJECTED");
        assertThat(TestAgent.code(catchThrowable(() -> fetch(b, mine.digest, 0))))
                .isEqualTo("IDENTITY_REJECTED");
    }

    private static IssueCertificatesRequest order(CertificatePurpose... purposes) {
        var request = IssueCertificatesRequest.newBuilder();
        for (var purpose : purposes) {
            var csr = CertificateRequest.create(Keys.generate(Algorithm.ECDSA_P256), "system:masters");
            request.addOrders(CertificateOrder.newBuilder().setPurpose(purpose).setCsr(ByteString.copyFrom(csr)));
        }
        return request.build();
    }

    @Test
    void controlPlaneHostGetsItsCertificatesWithNamesFromItsSpecOnly() throws Exception {
        assign("a", Role.CONTROL_PLANE);
        var answer = a.calls()
                .issueCertificates(order(
                        CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_APISERVER,
                        CertificatePurpose.CERTIFICATE_PURPOSE_KUBELET_CLIENT,
                        CertificatePurpose.CERTIFICATE_PURPOSE_ETCD_PEER));
        var api = Pem.certificates(answer.getCertificates(0).getChain().toByteArray())
                .getFirst();
        assertThat(api.getSubjectAlternativeNames().stream().map(n -> n.get(1).toString()))
                .containsExactlyInAnyOrder(
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local",
                        "localhost",
                        "a",
                        "prod.clusters.keelson.internal",
                        "127.0.0.1",
                        "192.0.2.11",
                        "10.96.0.1");
        var kubelet = Pem.certificates(answer.getCertificates(1).getChain().toByteArray())
                .getFirst();
        assertThat(kubelet.getSubjectX500Principal().getName())
                .contains("CN=system:node:a")
                .contains("O=system:nodes")
                .doesNotContain("masters");
        kubelet.verify(Pem.certificates(answer.getKubernetesCa().toByteArray())
                .getFirst()
                .getPublicKey());
        var peer = Pem.certificates(answer.getCertificates(2).getChain().toByteArray())
                .getFirst();
        peer.verify(
                Pem.certificates(answer.getEtcdCa().toByteArray()).getFirst().getPublicKey());
        var secrets = a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance());
        assertThat(secrets).isEqualTo(a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()));
        assertThat(Pem.privateKey(secrets.getServiceAccountKey().toByteArray())).isNotNull();
    }

    @Test
    void workerIsRefusedWhatBelongsToTheControlPlane() {
        assign("a", Role.WORKER);
        for (var purpose : CertificatePurpose.values()) {
            if (purpose == CertificatePurpose.UNRECOGNIZED) {
                continue;
            }
            var code = TestAgent.code(catchThrowable(() -> a.calls().issueCertificates(order(purpose))));
            switch (purpose) {
                case CERTIFICATE_PURPOSE_KUBELET_CLIENT,
                        CERTIFICATE_PURPOSE_KUBELET_SERVER,
                        CERTIFICATE_PURPOSE_KUBE_PROXY -> assertThat(code).startsWith("no problem");
                case CERTIFICATE_PURPOSE_UNSPECIFIED -> assertThat(code).isEqualTo("RESOURCE_INVALID");
                default -> assertThat(code).as(purpose.name()).isEqualTo("IDENTITY_REJECTED");
            }
        }
        assertThat(TestAgent.code(catchThrowable(
                        () -> a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()))))
                .isEqualTo("IDENTITY_REJECTED");
        assertThat(TestAgent.code(catchThrowable(
                        () -> b.calls().issueCertificates(order(CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_PROXY)))))
                .isEqualTo("IDENTITY_REJECTED");
    }

    @Test
    void hostRenewsItsCertificateForItsOwnKeyOnly() {
        var own = CertificateRequest.create(a.keys, "b");
        var chain = a.calls()
                .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                        .setCsr(ByteString.copyFrom(own))
                        .build())
                .getChain();
        assertThat(HostUri.hostId(Pem.certificates(chain.toByteArray()).getFirst()))
                .contains(A);
        var foreign = CertificateRequest.create(b.keys, "a");
        assertThat(TestAgent.code(catchThrowable(() -> a.calls()
                        .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                                .setCsr(ByteString.copyFrom(foreign))
                                .build()))))
                .isEqualTo("IDENTITY_REJECTED");
    }

    @Test
    void tunnelCarriesBytesBothWaysAndOnlyToTheHostThatWasAsked() throws IOException {
        a.hello();
        b.hello();
        await().atMost(PATIENCE).until(() -> server.sessions.connected().size() == 2);
        var echo = Thread.startVirtualThread(() -> answerTunnelWithEcho());
        try (var tunnel = server.tunnels.open(A)) {
            var sent = "hello ".repeat(50_000).getBytes(StandardCharsets.UTF_8);
            var writer = Thread.startVirtualThread(() -> {
                try {
                    tunnel.out().write(sent);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(tunnel.in().readNBytes(sent.length)).isEqualTo(sent);
            assertThat(writer).isNotNull();
        }
        assertThat(echo).isNotNull();
    }

    private void answerTunnelWithEcho() {
        await().atMost(PATIENCE).until(() -> a.received.stream().anyMatch(ServerMessage::hasOpenTunnel));
        var id = a.received.stream()
                .filter(ServerMessage::hasOpenTunnel)
                .findFirst()
                .orElseThrow()
                .getOpenTunnel()
                .getTunnelId();
        var thief = new Echo();
        b.streams()
                .tunnel(thief)
                .onNext(TunnelFrame.newBuilder().setTunnelId(id).build());
        await().atMost(PATIENCE).until(() -> thief.ended);
        var echo = new Echo();
        var toServer = a.streams().tunnel(echo);
        echo.out.complete(toServer);
        toServer.onNext(TunnelFrame.newBuilder().setTunnelId(id).build());
    }

    @Test
    void tunnelToAHostThatIsNotConnectedIsRefused() {
        assertThat(catchThrowable(() -> server.tunnels.open(A))).hasMessageContaining("HOST_NOT_CONNECTED");
    }

    private static final class Echo implements StreamObserver<TunnelFrame> {
        private volatile boolean ended;
        private final CompletableFuture<StreamObserver<TunnelFrame>> out = new CompletableFuture<>();

        @Override
        public void onNext(TunnelFrame frame) {
            out.join().onNext(frame);
        }

        @Override
        public void onError(Throwable failure) {
            ended = true;
        }

        @Override
        public void onCompleted() {
            ended = true;
        }
    }
}
