package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program on the lab's own machine, run to its end with a time limit; its output goes to a log file, so that a long
 * run can be followed and a failure can be read.
 *
 * @param log where output goes; replaced by every run
 * @param environment added to this process's own
 */
public record Tool(Path directory, Path log, Map<String, String> environment) {
    private static final int TAIL_LINES = 40;

    public Tool {
        environment = Map.copyOf(environment);
    }

    /** How a program ended. @param out standard output and error together */
    public record Result(int exit, String out) {
        /** Whether it ended with status 0. */
        public boolean ok() {
            return exit == 0;
        }
    }

    /** @throws LabException if it has not ended within the limit; it is killed then */
    public Result run(Duration limit, List<String> argv) {
        try {
            Files.createDirectories(log.getParent());
            var builder = new ProcessBuilder(argv)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new LabException(argv.getFirst() + " has not ended within " + limit.toSeconds() + " s; see "
                            + log + "\n" + tail());
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Result(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + argv.getFirst() + " runs", e);
        }
    }

    /** The output of a program that must succeed. */
    public String must(Duration limit, List<String> argv) {
        var result = run(limit, argv);
        if (!result.ok()) {
            throw new LabException(
                    "%s exited with %d; see %s%n%s".formatted(String.join(" ", argv), result.exit(), log, tail()));
        }
        return result.out();
    }

    private String tail() {
        try {
            var lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
