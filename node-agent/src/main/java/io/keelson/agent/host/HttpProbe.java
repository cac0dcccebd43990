package io.keelson.agent.host;

import io.keelson.agent.host.Network.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** One GET with a limit over the whole of it, connection and body included. */
final class HttpProbe {
    private static final int LARGEST_BODY = 512 << 10;

    private HttpProbe() {}

    static Optional<Response> get(URI uri, SSLContext tls, Duration limit) {
        Executor threads = task -> Thread.ofVirtual().name("http-probe").start(task);
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .connectTimeout(limit)
                .sslContext(tls)
                .build();
        try {
            var request = HttpRequest.newBuilder(uri).timeout(limit).GET().build();
            return Optional.of(client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .thenApplyAsync(HttpProbe::response, threads)
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + uri, e);
        } finally {
            client.shutdownNow();
        }
    }

    private static Response response(HttpResponse<InputStream> response) {
        try (var body = response.body()) {
            var text = new String(body.readNBytes(LARGEST_BODY), StandardCharsets.UTF_8);
            return new Response(response.statusCode(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
