package io.keelson.trust.tuf.fetch;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.keelson.problem.ProblemCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlFetcherTest {
    private static final byte[] CONTENT = {1, 2, 3};

    private final UrlFetcher fetcher = new UrlFetcher(Duration.ofMillis(500), 1_000_000);
    private final CountDownLatch over = new CountDownLatch(1);
    private final HttpServer server;

    UrlFetcherTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private URI serve(HttpHandler handler) {
        server.createContext("/", handler);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/a%2Fb");
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void getsAFileUnderExactlyTheNameThatWasAsked() {
        var file = serve(exchange ->
                answer(exchange, exchange.getRequestURI().getRawPath().equals("/a%2Fb") ? 200 : 404, CONTENT));

        assertThat(fetcher.bytes(file, 3)).hasValue(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 410})
    void saysThatThereIsNoSuchFile(int status) {
        assertThat(fetcher.bytes(serve(exchange -> answer(exchange, status, CONTENT)), 3))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 302, 500, 503})
    void takesNoOtherAnswerForAFileOrForNone(int status) {
        var file = serve(exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            answer(exchange, status, new byte[0]);
        });

        assertRefused(ProblemCode.TRUST_REPOSITORY_UNREACHABLE, () -> fetcher.bytes(file, 3));
    }

    @Test
    void stopsAnAnswerWithoutEnd() {
        var file = serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            var block = new byte[10_000];
            while (over.getCount() > 0) {
                exchange.getResponseBody().write(block);
            }
        });

        assertRefused(ProblemCode.TRUST_TOO_LARGE, () -> fetcher.bytes(file, 100_000));
    }

    @Test
    void stopsAnAnswerThatNeverComes() {
        var file = serve(exchange -> isOverWithin(Duration.ofMinutes(1)));

        assertRefused(ProblemCode.TRUST_TOO_SLOW, () -> fetcher.bytes(file, 3));
    }

    @Test
    void stopsAnAnswerThatTrickles() {
        var file = serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (!isOverWithin(Duration.ofMillis(20))) {
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
            }
        });

        assertRefused(ProblemCode.TRUST_TOO_SLOW, () -> fetcher.bytes(file, 100_000));
    }

    private boolean isOverWithin(Duration time) {
        try {
            return over.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Test
    void reportsAnAnswerThatIsCutOff() {
        var file = serve(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(CONTENT);
            exchange.getResponseBody().flush();
            exchange.close();
        });

        assertRefused(ProblemCode.TRUST_REPOSITORY_UNREACHABLE, () -> fetcher.bytes(file, 1_000));
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:1/x", "ftp://127.0.0.1/x", "nothing"})
    void reportsAnAddressWhereNothingAnswers(URI file) {
        assertRefused(ProblemCode.TRUST_REPOSITORY_UNREACHABLE, () -> fetcher.bytes(file, 3));
    }

    @Test
    void readsFromTheFileSystemToo(@TempDir Path directory) throws IOException {
        var file = Files.write(directory.resolve("a file"), CONTENT);

        assertThat(fetcher.bytes(file.toUri(), 3)).hasValue(CONTENT);
        assertThat(fetcher.bytes(directory.resolve("other").toUri(), 3)).isEmpty();
    }
}
