package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.keelson.agent.session.calls.Renewal;
import io.keelson.agent.session.identity.HostCertificate;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.Authorities;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The authority of servers and hosts is replaced under a host. */
final class AuthorityRotationTest extends SessionFixture {
    private static final X509Certificate OLD = TestServer.CA.certificate();
    private static final X509Certificate NEXT = TestServer.NEXT.certificate();

    private static String digest(X509Certificate authority) {
        return Keys.spkiDigest(authority.getPublicKey()).hex();
    }

    private static void tell(TestServer server, Authorities authorities) throws InterruptedException {
        server.sessions
                .take()
                .onNext(ServerMessage.newBuilder().setAuthorities(authorities).build());
    }

    private List<X509Certificate> kept() {
        return new IdentityStore(directory.resolve("identity")).load().ca();
    }

    @Test
    void learnsTheNewAuthorityAndSaysSoWhenItIsOnTheDisk() throws InterruptedException {
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            tell(
                    server,
                    Authorities.newBuilder()
                            .setCertificates(ByteString.copyFrom(Pem.encode(OLD, NEXT)))
                            .setSigning(digest(OLD))
                            .build());
            assertThat(hears(server, AgentMessage::hasTrust).getTrust().getAuthoritiesList())
                    .containsExactly(digest(OLD), digest(NEXT));
            assertThat(kept()).containsExactly(OLD, NEXT);
            hears(server, AgentMessage::hasHeartbeat);
            hears(server, AgentMessage::hasHeartbeat);
            assertThat(server.renewals).as("the old one signs still").hasValue(0);
        }
    }

    @Test
    void refusesAuthoritiesOfWhichItTrustsNone() throws InterruptedException {
        var stranger = CertificateAuthority.create("stranger", Duration.ofDays(1), Instant.now());
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            tell(
                    server,
                    Authorities.newBuilder()
                            .setCertificates(ByteString.copyFrom(stranger.certificatePem()))
                            .setSigning(digest(stranger.certificate()))
                            .build());
            assertThat(hears(server, AgentMessage::hasTrust).getTrust().getAuthoritiesList())
                    .containsExactly(digest(OLD));
            assertThat(kept()).containsExactly(OLD);
        }
    }

    @Test
    void getsACertificateOfTheNewAuthorityWhenThatSigns() throws InterruptedException {
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            tell(server, server.rotate());
            await().until(() -> server.renewals.get() == 1);
            hears(server, AgentMessage::hasHello);
            hears(server, AgentMessage::hasHello);
            assertThat(HostCertificate.signed(NEXT, link.identity().certificate()))
                    .isTrue();
            tell(server, server.rotate());
            hears(server, AgentMessage::hasHeartbeat);
            hears(server, AgentMessage::hasHeartbeat);
            assertThat(server.renewals).as("once is enough").hasValue(1);
        }
    }

    @Test
    void hostsDoNotAllRenewInTheMomentInWhichTheNewAuthorityBeginsToSign() throws InterruptedException {
        spread = Duration.ofHours(1);
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            tell(server, server.rotate());
            hears(server, AgentMessage::hasTrust);
            hears(server, AgentMessage::hasHeartbeat);
            hears(server, AgentMessage::hasHeartbeat);
            assertThat(server.renewals).hasValue(0);
        }
        assertThat(Renewal.spread()).isBetween(Duration.ZERO, Duration.ofMinutes(5));
    }

    @Test
    void hostThatWasOffThroughTheRotationFindsItsWayBack() throws InterruptedException {
        try (var server = TestServer.rotated()) {
            start(TestServer.identity(40, server.endpoint()));
            hears(server, AgentMessage::hasHello);
            assertThat(server.renewals).hasValue(1);
            assertThat(HostCertificate.signed(NEXT, link.identity().certificate()))
                    .isTrue();
            assertThat(kept()).containsExactly(OLD, NEXT);
        }
    }
}
