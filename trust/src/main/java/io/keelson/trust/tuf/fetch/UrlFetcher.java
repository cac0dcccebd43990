package io.keelson.trust.tuf.fetch;

import io.keelson.trust.tuf.TufRefusal;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches by HTTP, HTTPS and from the file system. Redirections are not followed: a repository has one address. Uses the
 * JDK's old client, because a command that starts for one update has no use for the newer one's threads.
 */
public final class UrlFetcher implements Fetcher {
    private static final Set<Integer> ABSENT =
            Set.of(HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_GONE);
    private static final Set<String> PROTOCOLS = Set.of("http", "https", "file");
    private static final int BUFFER = 65_536;
    private static final long NANOS = 1_000_000_000L;

    private final Duration patience;
    private final long bytesPerSecond;

    /**
     * A fetcher with a deadline for each file.
     *
     * @param patience for the connection, for each piece, and for the whole of a small file
     * @param bytesPerSecond what a larger file must come with, at least; 1 or more
     */
    public UrlFetcher(Duration patience, long bytesPerSecond) {
        if (patience.toMillis() < 1 || bytesPerSecond < 1) {
            throw new IllegalArgumentException("a fetcher is patient, but not for ever");
        }
        this.patience = patience;
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public boolean fetch(URI file, long atMost, OutputStream out) throws IOException {
        var opened = open(file);
        if (opened.isEmpty()) {
            return false;
        }
        try (var in = opened.get()) {
            transfer(file, in, atMost, out);
        }
        return true;
    }

    private Optional<InputStream> open(URI file) {
        try {
            if (!PROTOCOLS.contains(String.valueOf(file.getScheme()))) {
                throw TufRefusal.unreachable(file.toString(), "it is neither http, https nor file");
            }
            var connection = file.toURL().openConnection();
            connection.setConnectTimeout((int) patience.toMillis());
            connection.setReadTimeout((int) patience.toMillis());
            connection.setUseCaches(false);
            return answer(file, connection);
        } catch (FileNotFoundException | NoSuchFileException e) {
            return Optional.empty();
        } catch (SocketTimeoutException e) {
            throw TufRefusal.tooSlow(file.toString(), patience.toSeconds());
        } catch (IOException | IllegalArgumentException e) {
            throw TufRefusal.unreachable(file.toString(), reason(e));
        }
    }

    private static Optional<InputStream> answer(URI file, URLConnection connection) throws IOException {
        if (connection instanceof HttpURLConnection http) {
            http.setInstanceFollowRedirects(false);
            int status = http.getResponseCode();
            if (ABSENT.contains(status)) {
                http.disconnect();
                return Optional.empty();
            }
            if (status != HttpURLConnection.HTTP_OK) {
                http.disconnect();
                throw TufRefusal.unreachable(file.toString(), "HTTP status " + status);
            }
        }
        return Optional.of(connection.getInputStream());
    }

    private void transfer(URI file, InputStream in, long atMost, OutputStream out) throws IOException {
        long begun = System.nanoTime();
        var buffer = new byte[BUFFER];
        long passed = 0;
        for (int read = read(file, in, buffer); read >= 0; read = read(file, in, buffer)) {
            passed += read;
            if (passed > atMost) {
                throw TufRefusal.tooLarge(file.toString(), atMost);
            }
            long seconds = patience.toSeconds() + passed / bytesPerSecond;
            if (System.nanoTime() - begun > Math.max(seconds * NANOS, patience.toNanos())) {
                throw TufRefusal.tooSlow(file.toString(), seconds);
            }
            out.write(buffer, 0, read);
        }
    }

    private int read(URI file, InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (SocketTimeoutException e) {
            throw TufRefusal.tooSlow(file.toString(), patience.toSeconds());
        } catch (IOException e) {
            throw TufRefusal.unreachable(file.toString(), reason(e));
        }
    }

    private static String reason(Exception e) {
        var message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
