package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.keelson.agent.facts.HostFacts;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.session.calls.BlobStreams;
import io.keelson.agent.session.calls.Renewal;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.identity.Identity;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.agent.session.reports.ReportSpool;
import io.keelson.agent.session.reports.Reports;
import io.keelson.agent.session.tunnel.Tunnels;
import io.keelson.agent.session.wire.Channels;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.OpenTunnel;
import io.keelson.proto.agent.v1.ReportAck;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.Servers;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.proto.agent.v1.TunnelTarget;
import io.keelson.release.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's side against a server with real TLS on a real port. */
@SuppressWarnings("NullAway.Init") // made by start(), in each test
final class SessionClientTest {
    private static final HostFacts FACTS = new HostFacts(
            "host-1", "linux", "amd64", "Test", "6.1", 2, 1L << 32, 1L << 40, List.of("10.0.0.1"), "boot");

    @TempDir
    Path directory;

    private final Channels channels = new Channels();
    private final AtomicInteger news = new AtomicInteger();
    private AcceptedOrders orders;
    private ReportSpool spool;
    private ServerLink link;
    private Thread session;

    private void start(Identity identity, InetSocketAddress kubeApi) {
        var store = TestIdentity.save(directory.resolve("identity"), identity);
        orders = new AcceptedOrders(directory.resolve("state.json"));
        spool = new ReportSpool(directory.resolve("spool"), 100);
        link = new ServerLink(store, channels);
        var client = new SessionClient(
                link,
                new Renewal(store, link, InstantSource.system()),
                orders,
                spool,
                new Tunnels(kubeApi),
                new SessionClient.Self(
                        "0.1.0",
                        () -> FACTS,
                        () -> new Revision(3),
                        InstantSource.system(),
                        new ServerClock(InstantSource.system()),
                        Pacer.system()));
        session = Thread.ofPlatform().start(() -> {
            try {
                client.run(news::incrementAndGet);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void start(Identity identity) {
        start(identity, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (session != null) {
            session.interrupt();
            assertThat(session.join(java.time.Duration.ofSeconds(5)))
                    .as("the session ends promptly")
                    .isTrue();
            link.close();
            spool.close();
        }
        channels.close();
    }

    private static AgentMessage hears(TestServer server, Predicate<AgentMessage> wanted) throws InterruptedException {
        while (true) {
            var message = server.heard.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("a message in time").isNotNull();
            if (wanted.test(message)) {
                return message;
            }
        }
    }

    @Test
    void tellsWhoItIsAndObeysWhatIsNewer() throws InterruptedException {
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            var hello = hears(server, AgentMessage::hasHello).getHello();
            assertThat(hello.getConvergedRevision()).isEqualTo(3);
            assertThat(hello.getFacts().getHostname()).isEqualTo("host-1");

            var down = server.sessions.take();
            down.onNext(ServerMessage.newBuilder()
                    .setDesired(Orders.worker(5, 7, "a"))
                    .build());
            down.onNext(ServerMessage.newBuilder()
                    .setDesired(Orders.worker(4, 8, "b"))
                    .build());
            down.onNext(ServerMessage.newBuilder()
                    .setDesired(Orders.worker(5, 6, "c"))
                    .build());
            down.onNext(ServerMessage.newBuilder()
                    .setDesired(Orders.worker(5, 9, "d"))
                    .build());

            await().until(() -> orders.current().revision().value() == 9);
            assertThat(news).as("orders acted on").hasValue(2);
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

    private static ServerMessage acknowledge(String spool, long sequence) {
        return ServerMessage.newBuilder()
                .setReportAck(ReportAck.newBuilder().setSpool(spool).setSequence(sequence))
                .build();
    }

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
    void carriesBytesToTheApiServerAndBackUntilBothSidesAreDone() throws Exception {
        try (var server = new TestServer();
                var api = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            start(TestServer.identity(1, server.endpoint()), (InetSocketAddress) api.getLocalSocketAddress());
            server.sessions
                    .take()
                    .onNext(ServerMessage.newBuilder()
                            .setOpenTunnel(OpenTunnel.newBuilder()
                                    .setTunnelId("t-1")
                                    .setTarget(TunnelTarget.TUNNEL_TARGET_KUBE_API))
                            .build());
            var down = server.tunnels.take();
            assertThat(server.tunnelled.take().getTunnelId()).isEqualTo("t-1");
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

    private static TunnelFrame data(byte[] bytes) {
        return TunnelFrame.newBuilder().setData(ByteString.copyFrom(bytes)).build();
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
