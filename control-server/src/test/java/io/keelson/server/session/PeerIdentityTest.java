package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.keelson.fleet.HostId;
import io.keelson.proto.agent.v1.GetClusterSecretsRequest;
import io.keelson.server.TestAgent;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may speak to the agents' port, and as whom. */
class PeerIdentityTest extends AgentFixture {
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
}
