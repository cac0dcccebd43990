package io.keelson.lab.bench.unpack;

import io.keelson.lab.host.LabException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A process that has started and waits for its first bundle, as an agent does. Its clock runs from the word to the answer;
 * what its start took is told apart.
 */
final class AgentProcess {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*([0-9]+) kB");
    private static final double TICKS = 100;

    private AgentProcess() {}

    /** Starts it, lets it unpack, and waits for its end. @param errors where it complains */
    static Run run(List<String> command, Path errors) {
        try {
            long begun = System.nanoTime();
            var process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            var watchdog = Thread.ofVirtual().start(() -> endAfter(process, LIMIT));
            try (var answers = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
                await(answers, UnpackOnce.READY, errors);
                double start = seconds(begun);
                double before = processor(process.pid());
                long told = System.nanoTime();
                process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
                await(answers, UnpackOnce.DONE, errors);
                double wall = seconds(told);
                double processor = processor(process.pid()) - before;
                var peak = PEAK.matcher(String.valueOf(answers.readLine()));
                return new Run(wall, processor, peak.find() ? Long.parseLong(peak.group(1)) / 1024 : 0, start);
            } finally {
                watchdog.interrupt();
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it run to its own end, at which a JVM writes the cache that it was asked for. */
    static void train(List<String> command, Path errors) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(errors.toFile())
                    .redirectOutput(errors.resolveSibling("train.out").toFile())
                    .start();
            process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
            endAfter(process, LIMIT);
            if (process.exitValue() != 0) {
                throw new LabException("the training run ended with " + process.exitValue() + "; see " + errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void endAfter(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(BufferedReader answers, String word, Path errors) throws IOException {
        var line = answers.readLine();
        if (!word.equals(line)) {
            throw new LabException("the agent's process said " + line + " instead of " + word + "; see " + errors);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** Seconds in user and in system mode, as the kernel counts them; see proc_pid_stat(5). */
    private static double processor(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }
}
