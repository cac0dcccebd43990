package io.keelson.server.drill;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of a sandbox: last in line for the processor, bounded in memory and time, gone when this is closed. */
final class Child implements AutoCloseable {
    private static final long LAST_WORDS = 2_000;

    private final String name;
    private final Path log;
    private final Process process;

    private Child(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    static Child start(String name, Path directory, List<String> command) {
        var line = new ArrayList<>(List.of("nice", "-n", "19"));
        line.addAll(command);
        var log = directory.resolve(name + ".log");
        var builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("GOMAXPROCS", "1");
        environment.put("GOMEMLIMIT", "512MiB"); // the database itself is mapped, and not counted
        try {
            return new Child(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not start", e);
        }
    }

    /** @throws ProblemException ETCD_SNAPSHOT_UNPROVEN if it did not end well in time */
    void succeed(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw failed("did not end within " + limit);
        }
        if (process.exitValue() != 0) {
            throw failed("ended with " + process.exitValue());
        }
    }

    /** @throws ProblemException ETCD_SNAPSHOT_UNPROVEN if it has ended */
    void requireAlive() {
        if (!process.isAlive()) {
            throw failed("ended with " + process.exitValue());
        }
    }

    ProblemException failed(String what) {
        return Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_UNPROVEN,
                        name + " " + what + ": " + lastWords(),
                        Remedy.advise("See what the server's log says of it.", "journalctl -u keelson-server"))
                .asException();
    }

    private String lastWords() {
        try {
            var said = Files.readAllBytes(log);
            int from = (int) Math.max(0, said.length - LAST_WORDS);
            return new String(said, from, said.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .reduce((first, last) -> last)
                    .orElse("it said nothing");
        } catch (IOException e) {
            return "what it said cannot be read: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " cannot be killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
