package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.server.TestAgent;
import io.keelson.server.audit.AuditEntry;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that was powered off until its certificate had expired: one door is open to it, and no other. */
class ExpiredCertificateTest extends AgentFixture {
    private static final Duration YEAR = Duration.ofDays(365);

    private static byte[] renew(TestAgent agent) {
        return agent.calls()
                .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                        .setCsr(ByteString.copyFrom(CertificateRequest.create(agent.keys, agent.name)))
                        .build())
                .getChain()
                .toByteArray();
    }

    private static String refusedRenewal(TestAgent agent) {
        return TestAgent.code(catchThrowable(() -> renew(agent)));
    }

    private byte[] certificate(CertificateAuthority by, TestAgent agent, Usage usage, Duration ago) {
        var profile = new CertificateProfile(
                "a", List.of(), List.of(), List.of(), List.of(HostUri.of(new HostId("a"))), usage, Duration.ofHours(1));
        return Pem.encode(
                by.issue(agent.keys.getPublic(), profile, clock.instant().minus(ago)));
    }

    @Test
    void everyCallButTheRenewalIsRefused() {
        passed = YEAR;
        for (var method : AgentServiceGrpc.getServiceDescriptor().getMethods()) {
            var renewal = method.equals(AgentServiceGrpc.getRenewHostCertificateMethod());
            assertThat(AnyCall.refusal(a.connection(), method))
                    .as(method.getBareMethodName())
                    // An empty request for a renewal is refused for what is in it.
                    .isEqualTo(renewal ? "IDENTITY_REJECTED" : "HOST_CERTIFICATE_EXPIRED");
        }
        assertThat(server.observed.get(A)).isEmpty();
    }

    /** rke2#8318, k3s#6009: what expired while a machine was off kept it from coming back. */
    @Test
    void hostThatWasOffForAYearRenewsByItselfAndGoesOn() {
        passed = YEAR;
        var chain = renew(a);
        assertThat(Pem.certificates(chain).getFirst().getNotAfter().toInstant())
                .isAfter(clock.instant().plus(Duration.ofDays(89)));
        assertThat(server.audit.entries()).extracting(AuditEntry::action).endsWith("host.renew");

        a.useCertificate(chain);
        a.dial(server).hello();
        // Judged by the client too, whose clock stands a year before: so only what the server says is looked at.
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
    }

    @Test
    void revokedOrUnknownHostDoesNotRenew() {
        passed = YEAR;
        server.hosts.revoke("admin", A);
        assertThat(refusedRenewal(a)).isEqualTo("IDENTITY_REJECTED");
        server.hosts.remove("admin", A);
        assertThat(refusedRenewal(a)).isEqualTo("HOST_UNKNOWN");
    }

    @Test
    void anotherKeyUnderTheSameNameDoesNotRenew() {
        try (var impostor = new TestAgent("a")) {
            impostor.useCertificate(certificate(server.authority, impostor, Usage.CLIENT, Duration.ofDays(1)));
            assertThat(refusedRenewal(impostor.dial(server))).isEqualTo("IDENTITY_REJECTED");
        }
    }

    enum Flaw {
        STRANGERS,
        FOR_SERVERS,
        NOT_YET_VALID
    }

    @ParameterizedTest
    @EnumSource
    void certificateWithAnyOtherFlawIsRefusedByTheHandshake(Flaw flaw) {
        var stranger = CertificateAuthority.create("test hosts", Duration.ofDays(3653), Instant.now());
        a.useCertificate(
                switch (flaw) {
                    case STRANGERS -> certificate(stranger, a, Usage.CLIENT, Duration.ofDays(1));
                    case FOR_SERVERS -> certificate(server.authority, a, Usage.SERVER, Duration.ofDays(1));
                    case NOT_YET_VALID -> certificate(server.authority, a, Usage.CLIENT, Duration.ofDays(-1));
                });
        a.dial(server);
        assertThat(Status.fromThrowable(catchThrowable(() -> renew(a))).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void onlyExpiredIsEnoughForTheHandshake() {
        a.useCertificate(certificate(server.authority, a, Usage.CLIENT, Duration.ofDays(1)));
        assertThat(HostUri.hostId(Pem.certificates(renew(a.dial(server))).getFirst()))
                .contains(A);
    }

    @Test
    void callThatIsOpenWhenTheTimeComesIsEnded() {
        var answers = new Ending();
        a.streams().tunnel(answers);
        await().atMost(PATIENCE).until(() -> server.identity.calls() == 1);
        passed = Duration.ofDays(91);
        await().atMost(PATIENCE).until(() -> answers.end != null);
        assertThat(TestAgent.code(answers.end)).isEqualTo("HOST_CERTIFICATE_EXPIRED");
        assertThat(server.identity.calls()).isZero();
    }

    private static final class Ending implements StreamObserver<TunnelFrame> {
        private volatile @org.jspecify.annotations.Nullable Throwable end;

        @Override
        public void onNext(TunnelFrame frame) {}

        @Override
        public void onError(Throwable failure) {
            end = failure;
        }

        @Override
        public void onCompleted() {
            end = new IllegalStateException("completed");
        }
    }
}
