package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.reports.Reports;
import io.keelson.fleet.Revision;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.trust.pki.HostTrust;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A host keeps its certificate young, and gets a new one when it was away for too long. */
final class CertificateRenewalTest extends SessionFixture {
    @Test
    void renewsItsCertificateFromAThirdOfItsLifeOnWithoutARestart() throws InterruptedException {
        try (var server = new TestServer()) {
            var identity = TestServer.identity(9, server.endpoint());
            start(identity);
            hears(server, AgentMessage::hasHello);
            hears(server, AgentMessage::hasHello);
            assertThat(server.renewals).hasValue(1);
            assertThat(link.identity().certificate().getNotAfter())
                    .isAfter(identity.certificate().getNotAfter());
            assertThat(link.identity().certificate().getPublicKey())
                    .isEqualTo(identity.certificate().getPublicKey());
        }
    }

    @Test
    void renewalLosesNeitherReportsNorOpenTunnels() throws Exception {
        var open = new CountDownLatch(1);
        try (var server = new TestServer();
                var api = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.renewalsOpen = open;
            start(TestServer.identity(9, server.endpoint()), (InetSocketAddress) api.getLocalSocketAddress());
            var down = openTunnel(server);
            try (var socket = api.accept()) {
                open.countDown();
                new Reports(spool, InstantSource.system()).on(new Revision(7), new RunEvent.PlanConverged());

                var again = server.sessions.poll(20, TimeUnit.SECONDS);
                assertThat(again).as("the session with the new certificate").isNotNull();
                assertThat(server.renewals).hasValue(1);
                await().until(() -> server.heard.stream()
                        .filter(AgentMessage::hasReport)
                        .map(AgentMessage::getReport)
                        .anyMatch(report -> report.getSequence() == 1));
                again.onNext(acknowledge(
                        server.heard.stream()
                                .filter(AgentMessage::hasReport)
                                .findFirst()
                                .orElseThrow()
                                .getReport()
                                .getSpool(),
                        1));
                await().until(() -> spool.size() == 0);

                down.onNext(data("GET /".getBytes(StandardCharsets.US_ASCII)));
                assertThat(socket.getInputStream().readNBytes(5))
                        .as("what goes through the tunnel that was open before")
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("GET /");
            }
        }
    }

    /** rke2#8318, k3s#6009: what expired while a machine was off kept it from coming back. */
    @Test
    void hostWhoseCertificateHasExpiredRenewsItAndGoesOn() throws InterruptedException {
        try (var server = new TestServer()) {
            var identity = TestServer.identity(40, server.endpoint());
            assertThat(HostTrust.expired(identity.certificate(), Instant.now())).isTrue();
            start(identity);
            hears(server, AgentMessage::hasHello);
            assertThat(server.renewals).hasValue(1);
            assertThat(HostTrust.expired(link.identity().certificate(), Instant.now()))
                    .isFalse();
            assertThat(link.identity().certificate().getPublicKey())
                    .isEqualTo(identity.certificate().getPublicKey());
            assertThat(new IdentityStore(directory.resolve("identity")).load().certificate())
                    .isEqualTo(link.identity().certificate());
        }
    }

    @Test
    void expiredCertificateIsTriedAgainWithoutTheLongPause() throws InterruptedException {
        try (var server = new TestServer()) {
            server.refusedRenewals.set(2);
            start(TestServer.identity(40, server.endpoint()));
            hears(server, AgentMessage::hasHello);
            assertThat(server.refusedRenewals).hasValue(0);
        }
    }

    @Test
    void hostBelievesTheServerThatItsCertificateHasExpired() throws InterruptedException {
        try (var server = new TestServer()) {
            server.clocksDiffer = true;
            start(TestServer.identity(1, server.endpoint()));
            hears(server, AgentMessage::hasHello);
            assertThat(server.renewals).hasValue(1);
        }
    }
}
