package io.keelson.server.kubetunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.clusterpki.Purpose;
import io.keelson.server.session.ByteTunnel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunnelListenerTest {
    private static final String PROD = "prod.clusters.keelson.internal";

    private final Upstream upstream = new Upstream();
    private final Routes routes = new Routes(upstream);
    private final TunnelListener listener = new TunnelListener(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes, 3, Duration.ofMillis(700));

    @BeforeEach
    void listens() {
        listener.start();
    }

    @AfterEach
    void ends() throws IOException {
        listener.close();
        upstream.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Test
    void passesTheGreetingAndAllElseBothWays() throws Exception {
        var hello = ClientHelloTest.hello(PROD);
        try (var client = connect()) {
            client.getOutputStream().write(hello);
            assertThat(client.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
            client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
        }
        assertThat(routes.opened).containsExactly("cp-a");
        await().untilAsserted(() -> assertThat(routes.open).isEmpty());
    }

    @Test
    void triesTheNextHostWhenOneCannotBeReached() throws Exception {
        routes.broken.add("cp-a");
        var hello = ClientHelloTest.hello(PROD);
        try (var client = connect()) {
            client.getOutputStream().write(hello);
            assertThat(client.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
        }
        assertThat(routes.opened).containsExactly("cp-a", "cp-b");
    }

    @Test
    void closesWhenNoHostCanBeReached() throws Exception {
        routes.broken.addAll(Set.of("cp-a", "cp-b"));
        try (var client = connect()) {
            client.getOutputStream().write(ClientHelloTest.hello(PROD));
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void closesWhenTheNameLeadsToNoCluster() throws Exception {
        for (var name : List.of("prod.example.org", "a.b.clusters.keelson.internal")) {
            try (var client = connect()) {
                client.getOutputStream().write(ClientHelloTest.hello(name));
                assertThat(client.getInputStream().read()).as(name).isEqualTo(-1);
            }
        }
        assertThat(routes.opened).isEmpty();
    }

    @Test
    void closesOnAnythingButTls() throws Exception {
        try (var client = connect()) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(endOf(client)).isTrue();
        }
    }

    @Test
    void givesUpOnAClientThatDoesNotFinishItsGreeting() throws Exception {
        try (var client = connect()) {
            client.getOutputStream().write(ClientHelloTest.hello(PROD), 0, 40);
            assertThat(endOf(client)).isTrue();
        }
        assertThat(routes.opened).isEmpty();
    }

    @Test
    void boundsTheNumberOfConnections() throws Exception {
        var hello = ClientHelloTest.hello(PROD);
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < 3; i++) {
            var client = connect();
            clients.add(client);
            client.getOutputStream().write(hello);
            assertThat(client.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
        }
        try (var more = connect()) {
            assertThat(endOf(more)).isTrue();
        }
        for (var client : clients) {
            client.close();
        }
        await().untilAsserted(() -> assertThat(routes.open).isEmpty());
    }

    @Test
    void endsTheConnectionWhenTheApiServerDoes() throws Exception {
        var hello = ClientHelloTest.hello(PROD);
        try (var client = connect()) {
            client.getOutputStream().write(hello);
            assertThat(client.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
            upstream.dropAll();
            assertThat(endOf(client)).isTrue();
        }
        await().untilAsserted(() -> assertThat(routes.open).isEmpty());
    }

    @Test
    void usesTheNameThatIsInTheApiServersCertificate() {
        var prod = new ClusterName("prod");
        assertThat(TunnelListener.nameOf(prod)).isEqualTo(Purpose.tunnelName(prod));
        assertThat(TunnelListener.cluster(Purpose.tunnelName(prod))).contains(prod);
    }

    /** Whether the other side has ended; a reset is an end as well. */
    private static boolean endOf(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return reset.getMessage() != null;
        }
    }

    /** Two control-plane hosts, both leading to one server; those that are broken cannot be reached. */
    private static final class Routes implements TunnelRoutes {
        private final List<String> opened = new CopyOnWriteArrayList<>();
        private final Set<String> broken = ConcurrentHashMap.newKeySet();
        private final Set<ByteTunnel> open = ConcurrentHashMap.newKeySet();
        private final Upstream upstream;

        private Routes(Upstream upstream) {
            this.upstream = upstream;
        }

        @Override
        public List<HostId> candidates(ClusterName cluster) {
            return cluster.value().equals("prod") ? List.of(new HostId("cp-a"), new HostId("cp-b")) : List.of();
        }

        @Override
        public ByteTunnel open(HostId host) {
            opened.add(host.value());
            if (broken.contains(host.value())) {
                throw Problem.error(
                                ProblemCode.HOST_NOT_CONNECTED,
                                host + " is not connected",
                                Remedy.advise("Start its agent."))
                        .asException();
            }
            var tunnel = upstream.open(open);
            open.add(tunnel);
            return tunnel;
        }
    }

    /** A server that says what it hears. */
    private static final class Upstream {
        private final List<Socket> accepted = new CopyOnWriteArrayList<>();
        private final AtomicInteger failures = new AtomicInteger();
        private final ServerSocket server;

        private Upstream() {
            try {
                server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    var socket = server.accept();
                    accepted.add(socket);
                    Thread.ofVirtual().start(() -> echo(socket));
                } catch (IOException e) {
                    failures.incrementAndGet();
                }
            }
        }

        private void echo(Socket socket) {
            try (socket) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
                failures.incrementAndGet();
            }
        }

        private void dropAll() throws IOException {
            for (var socket : accepted) {
                socket.close();
            }
        }

        private void close() throws IOException {
            server.close();
            dropAll();
        }

        private ByteTunnel open(Set<ByteTunnel> all) {
            try {
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                return new SocketTunnel(socket, all);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record SocketTunnel(Socket socket, Set<ByteTunnel> all) implements ByteTunnel {
        @Override
        public InputStream in() {
            return stream(socket::getInputStream);
        }

        @Override
        public OutputStream out() {
            return stream(socket::getOutputStream);
        }

        private static <T> T stream(Callable<T> opening) {
            try {
                return opening.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            all.removeIf(tunnel -> tunnel == this);
            stream(() -> {
                socket.close();
                return socket;
            });
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
