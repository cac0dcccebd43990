package io.keelson.cli.release;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches sources and keeps them under their digests, so that nothing is fetched twice and a fetch that was cut off goes
 * on where it stopped. What is handed out has been hashed just before. Safe for several processes at once.
 */
public final class SourceCache {
    private static final int ATTEMPTS = 3;
    private static final int PARTIAL_CONTENT = 206;

    private final Path directory;
    private final Consumer<String> progress;
    private final HttpClient client;

    /** @param directory is made when something is fetched */
    public SourceCache(Path directory, Consumer<String> progress) {
        this.directory = directory;
        this.progress = progress;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
    }

    /**
     * A file with the source's bytes.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_SOURCE_UNAVAILABLE} if they cannot be had, {@link
     *     ProblemCode#BUNDLE_CORRUPT} if they are others than their digest says
     */
    public Path file(Source source) throws IOException {
        return switch (source) {
            case Source.Local(var file) -> file;
            case Source.Remote(var url, var digest)
            when "file".equals(url.getScheme()) -> checked(new Source.Remote(url, digest), Path.of(url.getPath()));
            case Source.Remote remote -> fetched(remote);
        };
    }

    /** A repository on this machine. */
    private static Path checked(Source.Remote remote, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw unavailable(remote, "there is no such file", null);
        }
        var found = digest(file);
        if (!found.equals(remote.digest())) {
            throw corrupt(remote, found);
        }
        return file;
    }

    private Path fetched(Source.Remote remote) throws IOException {
        Files.createDirectories(directory);
        var file = directory.resolve(remote.digest().hex());
        var partial = directory.resolve(remote.digest().hex() + ".partial");
        try (var channel = FileChannel.open(
                        partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assert lock.isValid();
            if (Files.exists(file)) {
                if (digest(file).equals(remote.digest())) {
                    Files.deleteIfExists(partial);
                    return file;
                }
                Files.delete(file);
            }
            download(remote, channel);
            var found = digest(partial);
            if (!found.equals(remote.digest())) {
                channel.truncate(0);
                throw corrupt(remote, found);
            }
            channel.force(true);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            return file;
        }
    }

    private void download(Source.Remote remote, FileChannel into) throws IOException {
        IOException last = new IOException("not tried");
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                once(remote, into);
                return;
            } catch (IOException e) {
                last = e;
                progress.accept("fetch " + remote.url() + " stopped at " + into.size() + " bytes (" + e.getMessage()
                        + "), attempt " + attempt + " of " + ATTEMPTS);
            }
        }
        throw unavailable(remote, last.getMessage(), last);
    }

    private void once(Source.Remote remote, FileChannel into) throws IOException {
        long have = into.size();
        var request = HttpRequest.newBuilder(remote.url()).timeout(Duration.ofSeconds(60));
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        progress.accept("fetch " + remote.url() + (have > 0 ? " from byte " + have : ""));
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                receive(remote, into, have, response.statusCode(), body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(remote, "interrupted", e);
        }
    }

    private static void receive(Source.Remote remote, FileChannel into, long have, int status, InputStream body)
            throws IOException {
        switch (status) {
            case 200 -> into.truncate(0).position(0);
            case PARTIAL_CONTENT -> into.position(have);
            case 416 -> {
                into.truncate(0);
                throw new IOException("the server has fewer bytes than were fetched before");
            }
            default -> throw unavailable(remote, "the server answers " + status, null);
        }
        OutputStream out = Channels.newOutputStream(into);
        body.transferTo(out);
    }

    /** What a file's bytes have now. */
    public static Digest digest(Path file) throws IOException {
        var sha256 = Digest.sha256();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[1 << 16];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                sha256.update(buffer, 0, length);
            }
        }
        return Digest.of(sha256);
    }

    private static ProblemException unavailable(Source.Remote remote, @Nullable String why, @Nullable Exception cause) {
        var problem = Problem.error(
                ProblemCode.RELEASE_SOURCE_UNAVAILABLE,
                remote.url() + " cannot be fetched: " + why,
                Remedy.advise(
                        "Check the URL and the network, then run the same command again; it goes on where it was."));
        var exception = new ProblemException(problem);
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    private static ProblemException corrupt(Source.Remote remote, Digest found) {
        return Problem.error(
                        ProblemCode.BUNDLE_CORRUPT,
                        remote.url() + " has the digest " + found + ", not " + remote.digest(),
                        Remedy.advise("Compare both with what the publisher states; nothing of it was used."))
                .asException();
    }
}
