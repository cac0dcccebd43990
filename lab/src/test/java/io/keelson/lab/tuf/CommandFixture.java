package io.keelson.lab.tuf;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keelson.trust.tuf.SimulatedRepository;
import io.keelson.trust.tuf.SimulatedServer;
import io.keelson.trust.tuf.client.Versions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The command, a simulated repository behind a real web server, and what can be seen from outside: status, files, requests. */
final class CommandFixture implements AutoCloseable {
    final SimulatedRepository repository = SimulatedRepository.fresh(Instant.now());
    final Path metadata;
    final Path targets;
    private final Path root;
    private final HttpServer server;

    CommandFixture(Path directory) {
        try {
            metadata = Files.createDirectory(directory.resolve("metadata"));
            targets = Files.createDirectory(directory.resolve("targets"));
            root = directory.resolve("trusted-root");
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var answer = new SimulatedServer(repository)
                .answer(exchange.getRequestURI().getRawPath().substring(1));
        try (exchange) {
            exchange.sendResponseHeaders(answer.isPresent() ? 200 : 404, answer.isPresent() ? answer.get().length : -1);
            if (answer.isPresent()) {
                exchange.getResponseBody().write(answer.get());
            }
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + path;
    }

    /** With version 1 of the root. */
    CommandFixture initialised() {
        if (initialise(repository.published.getOrDefault("root", List.of()).getFirst()) != 0) {
            throw new IllegalStateException("init failed");
        }
        return this;
    }

    int initialise(byte[] trustedRoot) {
        try {
            Files.write(root, trustedRoot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return run(Instant.now(), "--metadata-dir", metadata.toString(), "init", root.toString());
    }

    int refresh() {
        return refreshAt(Instant.now());
    }

    int refreshAt(Instant now) {
        return run(now, "--metadata-url", url("metadata/"), "--metadata-dir", metadata.toString(), "refresh");
    }

    int download(String... names) {
        return downloadAt(Instant.now(), names);
    }

    int downloadAt(Instant now, String... names) {
        return run(now, downloading(names).toArray(String[]::new));
    }

    List<String> downloading(String... names) {
        var line = new ArrayList<>(List.of("--metadata-url", url("metadata/"), "--metadata-dir", metadata.toString()));
        for (var name : names) {
            line.addAll(List.of("--target-name", name));
        }
        line.addAll(List.of("--target-dir", targets.toString(), "--target-base-url", url("targets/"), "download"));
        return line;
    }

    private int run(Instant now, String... args) {
        var errors = new ByteArrayOutputStream();
        return new TufClientCommand(() -> now, new PrintStream(errors, true, StandardCharsets.UTF_8)).run(args);
    }

    /** All files that count as trusted metadata, such as {@code root 1}, by name. */
    List<String> trusted() {
        return files(metadata).stream()
                .filter(file -> file.toString().endsWith(".json"))
                .map(file -> String.valueOf(file.getFileName()).replace(".json", "") + " " + Versions.of(bytes(file)))
                .sorted()
                .toList();
    }

    byte[] trusted(String role) {
        return bytes(metadata.resolve(role + ".json"));
    }

    /** The version that is trusted of a role; 0 for none. */
    long version(String role) {
        return Files.exists(metadata.resolve(role + ".json")) ? Versions.of(trusted(role)) : 0;
    }

    /** The content of all downloaded files, the oldest first. */
    List<String> downloaded() {
        return files(targets).stream()
                .sorted(Comparator.comparing(file -> file.toFile().lastModified()))
                .map(file -> new String(bytes(file), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
