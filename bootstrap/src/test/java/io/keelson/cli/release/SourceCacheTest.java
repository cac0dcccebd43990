package io.keelson.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCacheTest {
    private static final byte[] CONTENT = new byte[300_000];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @TempDir
    Path directory;

    private final List<String> ranges = new ArrayList<>();
    private HttpServer server;
    private int cutOffAfter = Integer.MAX_VALUE;
    private int status = 200;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void fetchesOnceAndThenKeeps() throws IOException {
        assertThat(fetch(Digest.of(CONTENT))).hasBinaryContent(CONTENT);
        assertThat(fetch(Digest.of(CONTENT))).hasBinaryContent(CONTENT);

        assertThat(ranges).containsExactly("whole");
    }

    @Test
    void goesOnWhereAFetchWasCutOff() throws IOException {
        cutOffAfter = 100_000;

        assertThat(fetch(Digest.of(CONTENT))).hasBinaryContent(CONTENT);

        assertThat(ranges).hasSizeGreaterThan(1).first().isEqualTo("whole");
        assertThat(ranges.get(1)).startsWith("bytes=").isNotEqualTo("bytes=0-");
    }

    @Test
    void usesNothingOfBytesWithAnotherDigest() {
        assertThatThrownBy(() -> fetch(Digest.of(new byte[] {1})))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("BUNDLE_CORRUPT");

        assertThat(directory.resolve(Digest.of(new byte[] {1}).hex())).doesNotExist();
    }

    @Test
    void fetchesAgainWhatRottedInTheCache() throws IOException {
        var file = fetch(Digest.of(CONTENT));
        Files.writeString(file, "rot");

        assertThat(fetch(Digest.of(CONTENT))).hasBinaryContent(CONTENT);
        assertThat(ranges).hasSize(2);
    }

    @Test
    void saysWhatTheServerAnswered() {
        status = 404;

        assertThatThrownBy(() -> fetch(Digest.of(CONTENT)))
                .hasMessageContaining("RELEASE_SOURCE_UNAVAILABLE")
                .hasMessageContaining("404");
    }

    private Path fetch(Digest digest) throws IOException {
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/file");
        return new SourceCache(directory, line -> {}).file(new Source.Remote(url, digest));
    }

    /** Answers with the content or the rest of it; the first answer may break off. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range == null ? "whole" : range);
            if (status != 200) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            var rest = Arrays.copyOfRange(CONTENT, from, CONTENT.length);
            exchange.sendResponseHeaders(from == 0 ? 200 : 206, rest.length);
            exchange.getResponseBody().write(rest, 0, Math.min(rest.length, cutOffAfter));
            cutOffAfter = Integer.MAX_VALUE;
        }
    }
}
