package io.keelson.agent.host;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs as child processes, killed with their descendants after the limit or when the caller is interrupted. */
final class ProcessPrograms implements Programs {
    private static final int LARGEST_OUTPUT = 1 << 20;
    private static final List<String> DIRECTORIES = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", String.join(":", DIRECTORIES), "LANG", "C.UTF-8", "HOME", "/root");
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final int KILLED = 124;
    private static final int NOT_FOUND = 127;

    @Override
    public Result run(List<String> argv, Duration limit) {
        var program = find(argv.getFirst());
        if (program.isEmpty()) {
            return new Result(NOT_FOUND, "", argv.getFirst() + ": no such program");
        }
        var command = new ArrayList<>(argv);
        command.set(0, program.get());
        var builder =
                new ProcessBuilder(command).redirectInput(new File("/dev/null")).directory(new File("/"));
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        try {
            return finish(builder.start(), limit);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst(), e);
        }
    }

    private static Optional<String> find(String name) {
        if (name.contains("/")) {
            return Files.isExecutable(Path.of(name)) ? Optional.of(name) : Optional.empty();
        }
        return DIRECTORIES.stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString);
    }

    private static Result finish(Process process, Duration limit) {
        var out = new Output(process.getInputStream());
        var err = new Output(process.getErrorStream());
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
            }
            return new Result(ended ? process.exitValue() : KILLED, out.text(), err.text());
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a program ran", e);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** One of the streams of a program, read to its end and kept up to the limit, so that the program never blocks. */
    private static final class Output {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final InputStream stream;
        private final Thread reader;

        Output(InputStream stream) {
            this.stream = stream;
            this.reader = Thread.ofVirtual().name("program-output").start(this::drain);
        }

        private void drain() {
            var buffer = new byte[8192];
            try (stream) {
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    keep(buffer, n);
                }
            } catch (IOException e) {
                keep(new byte[0], 0); // the program is gone and its pipe with it; what came is kept
            }
        }

        private synchronized void keep(byte[] bytes, int count) {
            kept.write(bytes, 0, Math.min(count, LARGEST_OUTPUT - kept.size()));
        }

        /** Waits a little for the end: a daemon that the program left behind may hold the pipe for ever. */
        String text() throws InterruptedException {
            reader.join(DRAIN);
            synchronized (this) {
                return kept.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
