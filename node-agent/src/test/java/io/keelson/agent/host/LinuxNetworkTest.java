package io.keelson.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinuxNetworkTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final LinuxNetwork network = new LinuxNetwork(new TlsContexts());

    @Test
    void namesTheProcessThatListens() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
            assertThat(network.listener(port))
                    .hasValueSatisfying(text -> assertThat(text)
                            .endsWith("/" + ProcessHandle.current().pid()));
        }
        assertThat(network.listener(port)).isEmpty();
    }

    @Test
    void knowsItsOwnAddresses() {
        assertThat(network.addresses()).contains("127.0.0.1");
    }

    @Test
    void probesLoopbackAndNothingElse() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/healthz", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        try {
            var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/healthz";
            assertThat(network.probe(url, LIMIT)).hasValueSatisfying(response -> {
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEqualTo("ok");
            });
        } finally {
            server.stop(0);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> network.probe("http://192.0.2.1/healthz", LIMIT));
    }

    @Test
    void whatDoesNotAnswerIsEmpty() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(network.probe("http://127.0.0.1:" + port + "/", LIMIT)).isEmpty();
    }
}
