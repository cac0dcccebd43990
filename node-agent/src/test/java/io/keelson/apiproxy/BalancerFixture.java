package io.keelson.apiproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.keelson.loopback.FreePort;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A balancer on loopback with clients; all of it is closed after the test. */
abstract class BalancerFixture {
    static final Timing QUICK = new Timing(Duration.ofMillis(400), Duration.ofMillis(100), 2, Duration.ofMillis(50));

    @TempDir
    Path directory;

    final List<AutoCloseable> open = new ArrayList<>();
    final Vertx vertx = Main.vertx();
    int port;

    @BeforeEach
    void freePort() {
        port = FreePort.next();
    }

    @AfterEach
    void closeAll() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        for (var closeable : open) {
            closeable.close();
        }
    }

    void balance(Endpoint... upstreams) throws Exception {
        configure(upstreams);
        vertx.deployVerticle(new Balancer(new Endpoint("127.0.0.1", port), directory.resolve("api-proxy.json"), QUICK))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        await().until(() -> !greetingOrNothing().isEmpty() || silentUpstream());
    }

    boolean silentUpstream() throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(300);
            return !ends(socket);
        }
    }

    void configure(Endpoint... upstreams) throws IOException {
        var list = Arrays.stream(upstreams).map(e -> '"' + e.toString() + '"').collect(Collectors.joining(","));
        var temporary = directory.resolve("next");
        Files.writeString(temporary, "{\"v\":1,\"upstreams\":[" + list + "]}");
        Files.move(
                temporary,
                directory.resolve("api-proxy.json"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    LoopbackServer echo(String name) throws IOException {
        return track(LoopbackServer.echo(name));
    }

    Socket connect() throws IOException {
        var socket = track(new Socket("127.0.0.1", port));
        socket.setSoTimeout(10_000);
        return socket;
    }

    static String greeting(Socket socket) throws IOException {
        return line(socket);
    }

    String greetingOrNothing() {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(1_000);
            return line(socket);
        } catch (IOException notYet) {
            return "";
        }
    }

    static String line(Socket socket) throws IOException {
        var text = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8), 1).readLine();
        return text == null ? "" : text;
    }

    static boolean ends(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    <T extends AutoCloseable> T track(T closeable) {
        open.add(closeable);
        return closeable;
    }
}
