package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.session.calls.BlobStreams;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.reports.Reports;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.Servers;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The agent's side against a server with real TLS on a real port. */
final class SessionClientTest extends SessionFixture {
    @Test
    void tellsWhoItIsAndObeysWhatIsNewer() throws InterruptedException {
        try (var server = new TestServer()) {
            level = Optional.of(new BundleName("debian-12-2026.11"));
            start(TestServer.identity(1, server.endpoint()));
            var hello = hears(server, AgentMessage::hasHello).getHello();
            assertThat(hello.getConvergedRevision()).isEqualTo(3);
            assertThat(hello.getOsLevel()).isEqualTo("debian-12-2026.11");
            assertThat(hello.getFacts().getHostname()).isEqualTo("host-1");

            var down = server.sessions.take();
            down.onNext(TestDirector.TRUSTED.message(Orders.worker(5, 7, "a")));
            down.onNext(TestDirector.TRUSTED.message(Orders.worker(4, 8, "b")));
            down.onNext(TestDirector.TRUSTED.message(Orders.worker(5, 6, "c")));
            down.onNext(TestDirector.TRUSTED.message(Orders.worker(5, 9, "d")));

            await().until(() -> orders.current().revision().value() == 9);
            await().untilAsserted(() -> assertThat(news).as("orders acted on").hasValue(2));
            hears(server, AgentMessage::hasHeartbeat);
        }
    }

    @Test
    void turnsToAnotherServerAndDeliversWhatWasNotAcknowledged() throws InterruptedException {
        try (var second = new TestServer()) {
            var first = new TestServer();
            start(TestServer.identity(1, first.endpoint(), second.endpoint()));
            var reports = new Reports(spool, InstantSource.system());
            hears(first, AgentMessage::hasHello);
            reports.on(new Revision(7), new RunEvent.PlanStarted(List.of()));
            reports.on(new Revision(7), new RunEvent.PlanConverged());
            var one = hears(first, AgentMessage::hasReport).getReport();
            hears(first, AgentMessage::hasReport);
            first.sessions.take().onNext(acknowledge(one.getSpool(), one.getSequence()));
            await().until(() -> spool.size() == 1);
            first.close();

            assertThat(hears(second, AgentMessage::hasHello).getHello().getAgentVersion())
                    .isEqualTo("0.1.0");
            var again = hears(second, AgentMessage::hasReport).getReport();
            assertThat(again.getSequence()).isEqualTo(2);
            assertThat(again.hasPlanFinished()).isTrue();
            second.sessions.take().onNext(acknowledge(again.getSpool(), 2));
            await().until(() -> spool.size() == 0);
        }
    }

    @Test
    void turnsToAServerOfWhichItWasTold() throws InterruptedException {
        try (var second = new TestServer()) {
            var first = new TestServer();
            start(TestServer.identity(1, first.endpoint()));
            hears(first, AgentMessage::hasHello);
            first.sessions
                    .take()
                    .onNext(ServerMessage.newBuilder()
                            .setServers(Servers.newBuilder()
                                    .addAgentEndpoints("no endpoint")
                                    .addAgentEndpoints(second.endpoint())
                                    .addAgentEndpoints(first.endpoint()))
                            .build());
            await().until(() -> link.identity().endpoints().size() == 2);
            var gone = first.endpoint();
            assertThat(link.endpoint()).isEqualTo(gone);
            first.close();

            hears(second, AgentMessage::hasHello);
            assertThat(new IdentityStore(directory.resolve("identity")).load().endpoints())
                    .containsExactly(second.endpoint(), gone);
        }
    }

    @Test
    void carriesBytesToTheApiServerAndBackUntilBothSidesAreDone() throws Exception {
        try (var server = new TestServer();
                var api = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            start(TestServer.identity(1, server.endpoint()), (InetSocketAddress) api.getLocalSocketAddress());
            var down = openTunnel(server);
            try (var socket = api.accept()) {
                var large = new byte[3_000_000];
                new Random(1).nextBytes(large);
                down.onNext(data("GET /".getBytes(StandardCharsets.US_ASCII)));
                assertThat(socket.getInputStream().readNBytes(5))
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("GET /");
                socket.getOutputStream().write(large);
                socket.shutdownOutput();

                var up = new java.io.ByteArrayOutputStream();
                while (up.size() < large.length) {
                    var frame = server.tunnelled.poll(10, TimeUnit.SECONDS);
                    assertThat(frame).isNotNull();
                    frame.getData().writeTo(up);
                }
                assertThat(up.toByteArray()).isEqualTo(large);

                down.onNext(data("bye".getBytes(StandardCharsets.US_ASCII)));
                assertThat(socket.getInputStream().readNBytes(3))
                        .as("the other direction is open still")
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("bye");
                down.onCompleted();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void fetchesABlobOnFromWhereEachTransferBroke() throws Exception {
        var blob = new byte[10_500];
        new Random(2).nextBytes(blob);
        try (var server = new TestServer(true, 0, blob, 4_000)) {
            start(TestServer.identity(1, server.endpoint()));
            try (var stream = BlobStreams.open(link, Digest.of(blob), blob.length, 500)) {
                assertThat(stream.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(blob, 500, blob.length));
            }
            assertThat(server.blobOffsets).containsExactly(500L, 4_500L, 8_500L);
        }
    }

    @Test
    void givesUpABlobThatComesTooSlowly() throws Exception {
        var blob = new byte[200_000];
        var clock = new AtomicLong();
        LongSupplier tenSecondsPerMessage = () -> clock.getAndAdd(10_000_000_000L);
        try (var server = new TestServer(true, 0, blob, 0)) {
            start(TestServer.identity(1, server.endpoint()));
            try (var stream = BlobStreams.open(link, Digest.of(blob), blob.length, 0, tenSecondsPerMessage)) {
                assertThatThrownBy(stream::readAllBytes)
                        .isInstanceOf(IOException.class)
                        .cause()
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                slow -> assertThat(slow.problem().code()).isEqualTo(ProblemCode.SERVER_UNREACHABLE));
            }
        }
    }
}
