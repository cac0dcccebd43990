package io.keelson.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.Network.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Of this machine's kernel, which ends connections for root alone. */
class LinuxConnectionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<Socket> accepted = new ArrayList<>();
    private final List<Socket> clients = new ArrayList<>();
    private ServerSocket server;
    private LinuxConnections connections;

    @BeforeEach
    void listen() throws IOException {
        listen(StandardProtocolFamily.INET6);
    }

    /** Sockets of IPv6 take clients of IPv4 as well. */
    private void listen(StandardProtocolFamily family) throws IOException {
        server = ServerSocketChannel.open(family).socket();
        server.bind(new InetSocketAddress("127.0.0.2", 0), 200);
        connections = new LinuxConnections(server.getInetAddress(), server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        for (var socket : accepted) {
            socket.close();
        }
        for (var socket : clients) {
            socket.close();
        }
        server.close();
    }

    private Socket connect() throws IOException {
        var client = new Socket(server.getInetAddress(), server.getLocalPort());
        client.setSoTimeout((int) LIMIT.toMillis());
        clients.add(client);
        accepted.add(server.accept());
        return client;
    }

    private static String name(Socket client) {
        return client.getLocalAddress().getHostAddress() + ":" + client.getLocalPort();
    }

    private Connection seen(Socket client) throws IOException {
        return connections.reset(each -> false).stream()
                .filter(each -> each.peer().equals(name(client)))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void endsThoseThatAreMeant(StandardProtocolFamily family) throws IOException {
        server.close();
        listen(family);
        var first = connect();
        var second = connect();
        var third = connect();
        assertThat(connections.reset(each -> each.peer().equals(name(second))))
                .extracting(Connection::peer)
                .containsExactlyInAnyOrder(name(first), name(third));
        assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketException.class);

        third.getOutputStream().write(7);
        assertThat(accepted.get(2).getInputStream().read()).isEqualTo(7);
    }

    /** Since it was listed, its other end may have sent something. */
    @Test
    void asksForEachOnceMoreBeforeItsEnd() throws IOException {
        var client = connect();
        var asked = new AtomicInteger();
        assertThat(connections.reset(each -> asked.incrementAndGet() == 1)).hasSize(1);
        assertThat(asked).hasValue(2);
        client.getOutputStream().write(7);
        assertThat(accepted.getFirst().getInputStream().read()).isEqualTo(7);
    }

    /** More than the kernel tells at once. */
    @Test
    void endsMany() throws IOException {
        for (int i = 0; i < 150; i++) {
            connect();
        }
        assertThat(connections.reset(each -> false))
                .extracting(Connection::peer)
                .containsExactlyInAnyOrderElementsOf(
                        clients.stream().map(LinuxConnectionsTest::name).collect(Collectors.toList()));
        assertThat(connections.reset(each -> true)).isEmpty();
    }

    @Test
    void seesWhatIsOnItsWayAndForHowLongNothingCame() throws IOException {
        var client = connect();
        client.getOutputStream().write(new byte[] {1, 2, 3});
        await().atMost(LIMIT).until(() -> seen(client).unread() == 3);
        await().atMost(LIMIT).until(() -> seen(client).silence().toMillis() > 100);

        assertThat(accepted.getFirst().getInputStream().readNBytes(3)).hasSize(3);
        assertThat(seen(client).unread()).isZero();

        var before = seen(client).silence();
        client.getOutputStream().write(4);
        await().atMost(LIMIT).until(() -> seen(client).unread() == 1);
        assertThat(seen(client).silence()).isLessThan(before);
    }

    @Test
    void seesWhatTheOtherEndDoesNotTake() throws IOException {
        var client = connect();
        var failed = new AtomicReference<IOException>();
        var writing = Thread.ofVirtual().start(() -> {
            try {
                accepted.getFirst().getOutputStream().write(new byte[32 << 20]);
            } catch (IOException e) {
                failed.set(e);
            }
        });
        await().atMost(LIMIT).until(() -> seen(client).unsent() > 0);
        assertThat(connections.reset(each -> true)).isEmpty();
        await().atMost(LIMIT).until(() -> !writing.isAlive());
        assertThat(failed).as("it was told, too").doesNotHaveNullValue();
    }

    @Test
    void leavesThoseToOtherPlacesAlone() throws IOException {
        var client = connect();
        var elsewhere = InetAddress.ofLiteral("127.0.0.3");
        assertThat(new LinuxConnections(elsewhere, server.getLocalPort()).reset(each -> true))
                .isEmpty();
        try (var other = new ServerSocket(0, 1, server.getInetAddress())) {
            assertThat(new LinuxConnections(server.getInetAddress(), other.getLocalPort()).reset(each -> true))
                    .isEmpty();
        }
        assertThat(connections.reset(each -> false))
                .extracting(Connection::peer)
                .containsExactly(name(client));
    }

    /** What a kernel says that has no list of TCP connections, or breaks off. */
    @ParameterizedTest
    @CsvSource({
        "16, 3, 0, true",
        "20, 3, 0, true",
        "20, 3, -2, false",
        "20, 2, -2, false",
        "16, 2, 0, false",
        "8, 20, 0, false",
        "400, 20, 0, false"
    })
    void takesNoFailureForAnEmptyList(int length, short type, int error, boolean well) {
        var part = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        part.putInt(length)
                .putShort(type)
                .putShort((short) 0)
                .putInt(0)
                .putInt(0)
                .putInt(error)
                .flip();
        var found = new ArrayList<LinuxConnections.Found>();
        var failed = new ArrayList<String>();
        assertThat(connections.read(part, found, failed)).as("there is more").isFalse();
        assertThat(found).isEmpty();
        assertThat(failed.isEmpty()).isEqualTo(well);
    }
}
