package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.keelson.agent.facts.HostFacts;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.session.calls.Renewal;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.identity.Identity;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.agent.session.reports.ReportSpool;
import io.keelson.agent.session.tunnel.Tunnels;
import io.keelson.agent.session.wire.Channels;
import io.keelson.etcd.EtcdUsage;
import io.keelson.etcd.MemberReport;
import io.keelson.fleet.Revision;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.OpenTunnel;
import io.keelson.proto.agent.v1.ReportAck;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.proto.agent.v1.TunnelTarget;
import io.keelson.release.BundleName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** An agent's session against servers with real TLS on real ports. */
@SuppressWarnings("NullAway.Init") // made by start(), in each test
abstract class SessionFixture {
    private static final HostFacts FACTS = new HostFacts(
            "host-1", "linux", "amd64", "Test", "6.1", 2, 1L << 32, 1L << 40, List.of("10.0.0.1"), "boot");

    @TempDir
    Path directory;

    final Channels channels = new Channels();
    /** How long the agent waits when another authority begins to sign. */
    Duration spread = Duration.ZERO;

    final AtomicInteger news = new AtomicInteger();
    /** The level that the host says to have. */
    volatile Optional<BundleName> level = Optional.empty();

    /** What was seen of the host's etcd member last. */
    volatile Optional<MemberReport> member = Optional.empty();

    AcceptedOrders orders;
    ReportSpool spool;
    ServerLink link;
    /** What the agent looks up when it is asked. */
    volatile Function<Duration, EtcdUsage> usage = limit -> {
        throw new AssertionError("not asked in this test");
    };

    private Thread session;

    final void start(Identity identity, InetSocketAddress kubeApi) {
        var store = TestIdentity.save(directory.resolve("identity"), identity);
        orders = new AcceptedOrders(directory.resolve("state.json"));
        spool = new ReportSpool(directory.resolve("spool"), 100);
        link = new ServerLink(store, channels);
        var client = new SessionClient(
                link,
                new Renewal(store, link, InstantSource.system(), () -> spread),
                orders,
                spool,
                new Tunnels(kubeApi),
                new SessionClient.Self(
                        "0.1.0",
                        () -> FACTS,
                        () -> new Revision(3),
                        () -> level,
                        () -> member,
                        new Questions(limit -> usage.apply(limit), Optional::empty, Optional::empty),
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

    final void start(Identity identity) {
        start(identity, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (session != null) {
            session.interrupt();
            assertThat(session.join(Duration.ofSeconds(5)))
                    .as("the session ends promptly")
                    .isTrue();
            link.close();
            spool.close();
        }
        channels.close();
    }

    static AgentMessage hears(TestServer server, Predicate<AgentMessage> wanted) throws InterruptedException {
        while (true) {
            var message = server.heard.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("a message in time").isNotNull();
            if (wanted.test(message)) {
                return message;
            }
        }
    }

    static ServerMessage acknowledge(String spool, long sequence) {
        return ServerMessage.newBuilder()
                .setReportAck(ReportAck.newBuilder().setSpool(spool).setSequence(sequence))
                .build();
    }

    /** Asks the agent for a tunnel; what the server sends through it. */
    static StreamObserver<TunnelFrame> openTunnel(TestServer server) throws InterruptedException {
        server.sessions
                .take()
                .onNext(ServerMessage.newBuilder()
                        .setOpenTunnel(OpenTunnel.newBuilder()
                                .setTunnelId("t-1")
                                .setTarget(TunnelTarget.TUNNEL_TARGET_KUBE_API))
                        .build());
        var down = server.tunnels.take();
        assertThat(server.tunnelled.take().getTunnelId()).isEqualTo("t-1");
        return down;
    }

    static TunnelFrame data(byte[] bytes) {
        return TunnelFrame.newBuilder().setData(ByteString.copyFrom(bytes)).build();
    }
}
