package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Role;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.CertificateOrder;
import io.keelson.proto.agent.v1.CertificatePurpose;
import io.keelson.proto.agent.v1.FetchSnapshotRequest;
import io.keelson.proto.agent.v1.GetClusterSecretsRequest;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.PlanStarted;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.proto.enrolment.v1.EnrolmentServiceGrpc;
import io.keelson.release.Digest;
import io.keelson.server.TestAgent;
import io.keelson.server.snapshots.TestSnapshot;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Pem;
import java.io.ByteArrayOutputStream;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Host A, a worker of one cluster, tries to read and to change what is host B's, the control plane of another: by every
 * call that there is. A call that is new has no case here, and turns this red.
 */
class AgentRightsTest extends TwoClustersFixture {
    private final Map<String, Attempt> attempts = Map.ofEntries(
            Map.entry("Session", this::speaksOnlyForItself),
            Map.entry("FetchRepositoryFile", this::readsWhatAllMayReadAndNothingElse),
            Map.entry("FetchBlob", this::readsNoBlobOfAnother),
            Map.entry("IssueCertificates", this::getsNoCertificateOfAnother),
            Map.entry("GetClusterSecrets", this::getsNoSecretOfAnother),
            Map.entry("RenewHostCertificate", this::renewsNoCertificateOfAnother),
            Map.entry("OfferSnapshot", this::offersNoSnapshotOfAnother),
            Map.entry("HandInSnapshot", this::handsInNoSnapshotOfAnother),
            Map.entry("FetchSnapshot", this::fetchesNoSnapshotOfAnother),
            Map.entry("Tunnel", this::answersNoTunnelOfAnother),
            Map.entry("Join", this::takesNoNameOfAnother));

    private interface Attempt {
        void run() throws Exception;
    }

    static Stream<String> names() {
        return Stream.of(AgentServiceGrpc.getServiceDescriptor(), EnrolmentServiceGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getBareMethodName);
    }

    @Test
    void noAttemptIsOfACallThatThereIsNot() {
        assertThat(names()).containsExactlyInAnyOrderElementsOf(attempts.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void hostReadsAndChangesNothingOfAnother(String call) throws Exception {
        Optional.ofNullable(attempts.get(call))
                .orElseThrow(() -> new AssertionError("nothing tries " + call))
                .run();
    }

    private void speaksOnlyForItself() {
        b.hello();
        await().atMost(PATIENCE).until(() -> server.observed.get(B).isPresent());
        var before = server.observed.get(B);
        a.hello("b");
        a.report(Report.newBuilder()
                .setSpool("spool")
                .setSequence(1)
                .setRevision(1)
                .setPlanStarted(PlanStarted.newBuilder().addSteps("step"))
                .build());
        await().atMost(PATIENCE).until(() -> a.received.stream().anyMatch(ServerMessage::hasReportAck));
        assertThat(server.observed.get(B)).isEqualTo(before);
        assertThat(server.observed.events(B, 10)).isEmpty();
        assertThat(server.observed.events(A, 10)).hasSize(1);
        assertThat(a.orders()).allMatch(order -> order.getNode().getNode().equals("a"));
        assertThat(b.broken()).isNull();
    }

    /** The repository is the same for all hosts; what lies beside it on the server's disk is for none of them. */
    private void readsWhatAllMayReadAndNothingElse() {
        var manifest = Digest.of(bundleOfB.manifest).hex();
        assertThat(a.repositoryFile("targets/bundles/" + bundleOfB.name + "/" + manifest + ".manifest.json"))
                .isEqualTo(bundleOfB.manifest);
        assertThat(a.repositoryFile("metadata/1.root.json"))
                .isEqualTo(b.repositoryFile("metadata/1.root.json"))
                .isNotEmpty();
        var blob = bundleOfB.digest.hex();
        for (var path : List.of(
                "targets/bundles/" + bundleOfB.name + "/" + blob + ".manifest.json",
                "targets/" + blob + ".manifest.json",
                "targets/bundles/" + bundleOfB.name + "/" + manifest,
                "targets/../content/sha256/" + blob.substring(0, 2) + "/" + blob,
                "sha256/" + blob.substring(0, 2) + "/" + blob,
                "metadata/../online.key",
                "/etc/passwd",
                "metadata/1.root.json/",
                "metadata//1.root.json",
                "metadata/01.root.json",
                "metadata/1.timestamp.json",
                "order",
                "")) {
            assertThat(code(() -> a.repositoryFile(path))).as(path).isEqualTo("RESOURCE_NOT_FOUND");
        }
    }

    private void readsNoBlobOfAnother() {
        assertThat(fetch(b)).isEqualTo(bundleOfB.blob);
        assertThat(code(() -> fetch(a))).isEqualTo(REJECTED);
    }

    private void getsNoCertificateOfAnother() throws CertificateParsingException {
        for (var purpose : CertificatePurpose.values()) {
            if (purpose == CertificatePurpose.UNRECOGNIZED) {
                continue;
            }
            var request = IssueCertificatesRequest.newBuilder()
                    .addOrders(CertificateOrder.newBuilder()
                            .setPurpose(purpose)
                            .setCsr(ByteString.copyFrom(CertificateRequest.create(a.keys, "system:node:b"))))
                    .build();
            byte[] chain;
            byte[] authority;
            try {
                var answer = a.calls().issueCertificates(request);
                chain = answer.getCertificates(0).getChain().toByteArray();
                authority = answer.getKubernetesCa().toByteArray();
            } catch (io.grpc.StatusRuntimeException e) {
                assertThat(TestAgent.code(e)).isIn(REJECTED, "RESOURCE_INVALID");
                continue;
            }
            var issued = Pem.certificates(chain).getFirst();
            assertThat(issued.getSubjectX500Principal().getName()).doesNotContain("node:b");
            var names = Optional.ofNullable(issued.getSubjectAlternativeNames()).orElse(List.of());
            assertThat(names).noneMatch(name -> name.get(1).equals("b"));
            assertThat(authority)
                    .isNotEqualTo(
                            server.pki.certificates(new ClusterName("blue")).kubernetes());
        }
    }

    private void getsNoSecretOfAnother() {
        var request = GetClusterSecretsRequest.getDefaultInstance();
        var secret = b.calls().getClusterSecrets(request);
        assertThat(code(() -> a.calls().getClusterSecrets(request))).isEqualTo(REJECTED);
        assign(A, node("a", "red", Role.CONTROL_PLANE, bundleOfB));
        assertThat(a.calls().getClusterSecrets(request)).isNotEqualTo(secret);
    }

    private void renewsNoCertificateOfAnother() {
        assertThat(code(() -> renew(CertificateRequest.create(b.keys, "b")))).isEqualTo(REJECTED);
        assertThat(HostUri.hostId(Pem.certificates(renew(CertificateRequest.create(a.keys, "b")))
                        .getFirst()))
                .contains(A);
    }

    private byte[] renew(byte[] csr) {
        return a.calls()
                .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                        .setCsr(ByteString.copyFrom(csr))
                        .build())
                .getChain()
                .toByteArray();
    }

    private void offersNoSnapshotOfAnother() {
        var offered = TestSnapshot.of(server, "blue", "b").wire();
        assertThat(b.calls().offerSnapshot(offered).getStored()).isFalse();
        assertThat(code(() -> a.calls().offerSnapshot(offered))).isEqualTo("ETCD_SNAPSHOT_FOREIGN");
        var renamed = offered.toBuilder().setCluster("red").setMember("a").build();
        assertThat(code(() -> a.calls().offerSnapshot(renamed))).isEqualTo("ETCD_SNAPSHOT_FOREIGN");
    }

    private void handsInNoSnapshotOfAnother() {
        var snapshot = TestSnapshot.of(server, "blue", "b");
        assertThat(code(() -> snapshot.handIn(a, 0))).isEqualTo("ETCD_SNAPSHOT_FOREIGN");
        assertThat(server.snapshots.index().of(new ClusterName("blue"))).isEmpty();
    }

    /** Not even B its own, unless it is ordered to begin with it. */
    private void fetchesNoSnapshotOfAnother() {
        var snapshot = TestSnapshot.of(server, "blue", "b");
        snapshot.handIn(b, 0);
        var id = snapshot.taken().id().value();
        assertThat(code(() -> fetch(b, id))).isEqualTo(REJECTED);
        var node = node("b", "blue", Role.CONTROL_PLANE, bundleOfB);
        var origin = new Refounding.Origin.Snapshot(id, snapshot.taken().content());
        assign(B, node.with(node.etcd().fencedFor(1)));
        assertThat(code(() -> fetch(b, id))).isEqualTo(REJECTED);
        assign(B, node.with(node.etcd().fencedFor(1).entering(Optional.of(origin), List.of())));
        assertThat(fetch(b, id)).isEqualTo(snapshot.plain());
        assertThat(code(() -> fetch(b, "20200101T000000Z-b"))).isEqualTo(REJECTED);
        assertThat(code(() -> fetch(a, id))).isEqualTo(REJECTED);
    }

    private static byte[] fetch(TestAgent agent, String id) {
        var bytes = new ByteArrayOutputStream();
        agent.calls()
                .fetchSnapshot(FetchSnapshotRequest.newBuilder().setId(id).build())
                .forEachRemaining(part -> bytes.writeBytes(part.getData().toByteArray()));
        return bytes.toByteArray();
    }

    private void answersNoTunnelOfAnother() throws Exception {
        b.hello();
        await().atMost(PATIENCE).until(() -> server.sessions.connected().contains(B));
        var opened = new CompletableFuture<ByteTunnel>();
        var opening = Thread.startVirtualThread(() -> opened.complete(server.tunnels.open(B)));
        await().atMost(PATIENCE).until(() -> b.received.stream().anyMatch(ServerMessage::hasOpenTunnel));
        var frame = TunnelFrame.newBuilder()
                .setTunnelId(b.received.stream()
                        .filter(ServerMessage::hasOpenTunnel)
                        .findFirst()
                        .orElseThrow()
                        .getOpenTunnel()
                        .getTunnelId())
                .build();
        assertThat(answer(a, frame)).failsWithin(PATIENCE);
        assertThat(opened).isNotDone();
        var held = answer(b, frame);
        opening.join();
        assertThat(held).isNotDone();
        opened.join().close();
    }

    /** Completed when the server ends the call. */
    private static CompletableFuture<TunnelFrame> answer(TestAgent agent, TunnelFrame frame) {
        var end = new CompletableFuture<TunnelFrame>();
        agent.streams()
                .tunnel(new StreamObserver<>() {
                    @Override
                    public void onNext(TunnelFrame received) {}

                    @Override
                    public void onError(Throwable failure) {
                        end.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(TunnelFrame.getDefaultInstance());
                    }
                })
                .onNext(frame);
        return end;
    }

    private void takesNoNameOfAnother() {
        var key = server.hosts.find(B).orElseThrow().key();
        var token = server.tokens.issue("test", Optional.empty(), Duration.ofMinutes(30));
        var request = a.joinRequest(token.token().text()).setHostname("b").build();
        assertThat(code(() -> TestAgent.join(server, request))).isEqualTo("HOST_ALREADY_ENROLLED");
        assertThat(server.hosts.find(B).orElseThrow().key()).isEqualTo(key);
    }
}
