package io.keelson.agent.plan;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.fleet.Revision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The process that the crash matrix kills. It runs a plan on the real file system and passes numbered points before
 * and after each journal append and around each effect. At the point that it was told, it says so and stands still until
 * it is killed.
 *
 * <p>An append is a point of its own before it (the clock is asked for the entry's time) and after it (whatever the
 * runner does next: its listener, the step's effect, or the next question).
 */
public final class CrashChild {
    static final int STEPS = 10;

    private final Path directory;
    private final int deadly;
    private int passed;

    private CrashChild(Path directory, int deadly) {
        this.directory = directory;
        this.deadly = deadly;
    }

    /** @param words directory and number of the point to stop at; 0 never stops and prints how many were passed */
    public static void main(String[] words) throws Exception {
        new CrashChild(Path.of(words[0]), Integer.parseInt(words[1])).run();
    }

    private void run() throws InterruptedException {
        InstantSource clock = () -> {
            point("before append");
            return Instant.EPOCH;
        };
        var steps =
                IntStream.rangeClosed(1, STEPS).<Step>mapToObj(CountedStep::new).toList();
        try (var host = new LinuxHost();
                var journal = Journal.open(directory.resolve("journal"), clock)) {
            var runner = new PlanRunner(host, journal, (revision, event) -> point("after append"), Pacer.system());
            var result = runner.run(new Plan(new Revision(1), steps));
            if (!(result instanceof RunResult.Converged)) {
                throw new IllegalStateException(result.toString());
            }
            point("after compaction");
        }
        System.out.println("passed " + passed);
        System.out.flush();
    }

    private void point(String where) {
        passed++;
        if (passed == deadly) {
            System.out.println("kill me " + where);
            System.out.flush();
            synchronized (this) {
                while (passed > 0) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
    }

    /** Makes a file, and a line in a log beside it for each time that it did. */
    private final class CountedStep implements Step {
        private final int number;
        private final Path file;

        CountedStep(int number) {
            this.number = number;
            this.file = directory.resolve("effects/" + number);
        }

        @Override
        public StepId id() {
            return new StepId("file." + number);
        }

        @Override
        public String title() {
            return "make file " + number;
        }

        @Override
        public Finding observe(Host host) {
            return host.files().exists(file) ? new Satisfied("there") : new Needed("missing");
        }

        @Override
        public void apply(Host host, Activity activity) {
            point("before effect");
            host.files()
                    .write(
                            file,
                            List.of(number).toString().getBytes(StandardCharsets.UTF_8),
                            io.keelson.agent.host.Files.Access.PUBLIC);
            log();
            point("after effect");
        }

        private void log() {
            try (var log = FileChannel.open(
                    directory.resolve("log"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND)) {
                log.write(ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.US_ASCII)));
                log.force(true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Undo undo() {
            return new Undo.Reverse(host -> host.files().remove(file));
        }
    }

    static List<String> effects(Path directory) throws IOException {
        var log = directory.resolve("log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }
}
