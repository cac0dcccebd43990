package io.keelson.apiproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BalancerTest {
    private static final Timing QUICK =
            new Timing(Duration.ofMillis(400), Duration.ofMillis(100), 2, Duration.ofMillis(50));

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Vertx vertx = Main.vertx();
    private int port;

    @BeforeEach
    void freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        for (var closeable : open) {
            closeable.close();
        }
    }

    @Test
    void spreadsConnectionsOverAllUpstreams() throws Exception {
        balance(echo("a").endpoint(), echo("b").endpoint(), echo("c").endpoint());

        var names = new HashSet<String>();
        for (int i = 0; i < 9; i++) {
            names.add(greeting(connect()));
        }

        assertThat(names).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void failsOverWhenAnUpstreamRefuses() throws Exception {
        var refusing = echo("gone");
        refusing.fallSilent();
        balance(refusing.endpoint(), echo("b").endpoint());

        for (int i = 0; i < 6; i++) {
            assertThat(greeting(connect())).isEqualTo("b");
        }
    }

    @Test
    void failsOverWithinTheConnectTimeoutWhenAnUpstreamSwallowsConnections() throws Exception {
        balance(blackHole(), echo("b").endpoint());

        var began = Instant.now();
        assertThat(greeting(connect())).isEqualTo("b");
        assertThat(greeting(connect())).isEqualTo("b");

        assertThat(Duration.between(began, Instant.now()))
                .isLessThan(QUICK.connect().multipliedBy(10));
    }

    @Test
    void closesConnectionsOfAnUpstreamThatDied() throws Exception {
        var dying = echo("dying");
        balance(dying.endpoint());
        var client = connect();
        assertThat(greeting(client)).isEqualTo("dying");

        dying.fallSilent();

        client.setSoTimeout(10_000);
        assertThat(ends(client)).isTrue();
    }

    @Test
    void returnsToAnUpstreamThatAnswersAgain() throws Exception {
        var first = echo("first");
        var endpoint = first.endpoint();
        balance(endpoint);
        assertThat(greeting(connect())).isEqualTo("first");
        first.close();

        // The port is free once the kernel has taken leave of the accepting thread, a moment after close().
        await().ignoreExceptionsMatching(java.net.BindException.class::isInstance)
                .until(() -> track(LoopbackServer.start(
                                endpoint.port(),
                                socket -> socket.getOutputStream().write("second\n".getBytes(UTF_8))))
                        != null);

        await().until(() -> greetingOrNothing().equals("second"));
    }

    @Test
    void keepsEstablishedConnectionsWhenTheConfigurationChanges() throws Exception {
        balance(echo("old").endpoint());
        var established = connect();
        assertThat(greeting(established)).isEqualTo("old");

        configure(echo("new").endpoint());
        await().until(() -> greetingOrNothing().equals("new"));

        established.getOutputStream().write("still here\n".getBytes(UTF_8));
        assertThat(line(established)).isEqualTo("still here");
    }

    @Test
    void keepsTheConfigurationThatItHasWhenTheNextCannotBeRead() throws Exception {
        balance(echo("a").endpoint());
        assertThat(greeting(connect())).isEqualTo("a");

        Files.writeString(directory.resolve("api-proxy.json"), "{\"v\":1,\"upstreams\":[\"nonsense\"]}");

        await().during(Duration.ofMillis(300)).until(() -> greetingOrNothing().equals("a"));
    }

    @Test
    void passesHalfCloseBehindAllBytes() throws Exception {
        var answer = new byte[5_000_000];
        Arrays.fill(answer, (byte) 'x');
        balance(track(LoopbackServer.start(socket -> {
                    int length = socket.getInputStream().readAllBytes().length;
                    socket.getOutputStream().write((length + "\n").getBytes(UTF_8));
                    socket.getOutputStream().write(answer);
                    socket.close();
                }))
                .endpoint());

        var client = connect();
        client.getOutputStream().write(new byte[3_000_000]);
        client.shutdownOutput();

        var received = client.getInputStream().readAllBytes();
        assertThat(new String(received, 0, 8, UTF_8)).isEqualTo("3000000\n");
        assertThat(received).hasSize(8 + answer.length);
    }

    @Test
    void stopsReadingFromAClientWhoseUpstreamDoesNotRead() throws Exception {
        var reading = new CountDownLatch(1);
        var largest = new AtomicLong();
        balance(track(LoopbackServer.start(socket -> {
                    awaitUninterrupted(reading);
                    long length = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    largest.accumulateAndGet(length, Math::max);
                }))
                .endpoint());

        try (var client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
            long accepted = writeUntilStuck(client);
            assertThat(accepted).isLessThan(64L << 20);
            reading.countDown();
            client.shutdownOutput();

            await().atMost(Duration.ofSeconds(20)).until(() -> largest.get() == accepted);
        }
    }

    @Test
    void survivesClientsThatLeaveBeforeTheyAreServed() throws Exception {
        balance(echo("a").endpoint());

        for (int i = 0; i < 200; i++) {
            new Socket("127.0.0.1", port).close();
        }

        assertThat(greeting(connect())).isEqualTo("a");
    }

    private static void awaitUninterrupted(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /** Writes without blocking until nothing more is taken for half a second. */
    private static long writeUntilStuck(SocketChannel client) throws IOException {
        client.configureBlocking(false);
        var block = ByteBuffer.allocate(1 << 16);
        long accepted = 0;
        var lastTaken = Instant.now();
        while (Duration.between(lastTaken, Instant.now()).toMillis() < 500 && accepted < 128L << 20) {
            block.clear();
            int taken = client.write(block);
            if (taken > 0) {
                accepted += taken;
                lastTaken = Instant.now();
            } else {
                Thread.onSpinWait();
            }
        }
        return accepted;
    }

    private void balance(Endpoint... upstreams) throws Exception {
        configure(upstreams);
        vertx.deployVerticle(new Balancer(new Endpoint("127.0.0.1", port), directory.resolve("api-proxy.json"), QUICK))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        await().until(() -> !greetingOrNothing().isEmpty() || silentUpstream());
    }

    private boolean silentUpstream() throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(300);
            return !ends(socket);
        }
    }

    private void configure(Endpoint... upstreams) throws IOException {
        var list = Arrays.stream(upstreams).map(e -> '"' + e.toString() + '"').collect(Collectors.joining(","));
        var temporary = directory.resolve("next");
        Files.writeString(temporary, "{\"v\":1,\"upstreams\":[" + list + "]}");
        Files.move(
                temporary,
                directory.resolve("api-proxy.json"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private LoopbackServer echo(String name) throws IOException {
        return track(LoopbackServer.echo(name));
    }

    /** A listener whose queue is full: the kernel drops what knocks. */
    private Endpoint blackHole() throws IOException {
        var server = track(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 4; i++) {
            var filler = track(SocketChannel.open());
            filler.configureBlocking(false);
            filler.connect(new InetSocketAddress("127.0.0.1", server.getLocalPort()));
        }
        return new Endpoint("127.0.0.1", server.getLocalPort());
    }

    private Socket connect() throws IOException {
        var socket = track(new Socket("127.0.0.1", port));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String greeting(Socket socket) throws IOException {
        return line(socket);
    }

    private String greetingOrNothing() {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(1_000);
            return line(socket);
        } catch (IOException notYet) {
            return "";
        }
    }

    private static String line(Socket socket) throws IOException {
        var text = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8), 1).readLine();
        return text == null ? "" : text;
    }

    private static boolean ends(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private <T extends AutoCloseable> T track(T closeable) {
        open.add(closeable);
        return closeable;
    }
}
