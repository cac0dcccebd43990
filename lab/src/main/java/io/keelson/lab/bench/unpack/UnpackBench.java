package io.keelson.lab.bench.unpack;

import io.keelson.lab.bench.Spread;
import io.keelson.lab.fleet.Tool;
import io.keelson.lab.fleet.Trees;
import io.keelson.lab.host.LabEnvironment;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Verifies and unpacks the same 330 MB with Keelson and with the tools of the operating system, in turn. Keelson runs in
 * a process with the agent's own flags and a cache of its classes, which has started and unpacks for the first time; what
 * the tools make is checked like what Keelson makes. Both read from the page cache and sync what they have made.
 *
 * <p>Each run that counts follows one of the same contestant that does not: memory that the other has used and given up
 * may have gone back to the hypervisor, and whoever uses it first pays for it.
 */
public final class UnpackBench {
    private static final int ROUNDS = 9;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /**
     * Checks the archive as a whole, unpacks it, and syncs each file and each directory; then the name appears.
     * Arguments: archive, its SHA-256, directory to make.
     */
    private static final String TOOLS = """
            set -euo pipefail
            [ "$(openssl dgst -sha256 -r "$1" | cut -d' ' -f1)" = "$2" ]
            mkdir "$3.tree"
            zstd -dcq "$1" | tar -x -C "$3.tree"
            find "$3.tree" -type f -exec sync -- {} +
            find "$3.tree" -depth -type d -exec sync -- {} +
            mv -T "$3.tree" "$3"
            sync -- "$(dirname "$3")"
            """;

    private final Path directory;
    private final Sample sample;
    private final Progress progress;

    private UnpackBench(Path directory, Sample sample, Progress progress) {
        this.directory = directory;
        this.sample = sample;
        this.progress = progress;
    }

    /** Runs the rounds and prints the figures. Leaves nothing behind. */
    public static void run(Progress progress) {
        var directory = LabEnvironment.currentCache().resolve("tmp").resolve("bench-unpack");
        Trees.remove(directory);
        try {
            Files.createDirectories(directory.resolve("out"));
            var sample = progress.step(
                    "packing the lab's bits, as a bundle and as an archive",
                    () -> Sample.make(LabEnvironment.currentBits(), directory));
            new UnpackBench(directory, sample, progress).measure();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Trees.remove(directory);
        }
    }

    private void measure() {
        train();
        var ours = new ArrayList<Run>();
        var theirs = new ArrayList<Run>();
        for (int round = 1; round <= ROUNDS; round++) {
            if (round % 2 == 0) {
                ours.add(second(this::keelson));
                theirs.add(second(this::tools));
            } else {
                theirs.add(second(this::tools));
                ours.add(second(this::keelson));
            }
            progress.say("round %d of %d: keelson %.2f s, tools %.2f s"
                    .formatted(
                            round,
                            ROUNDS,
                            ours.getLast().wall(),
                            theirs.getLast().wall()));
        }
        print(ours, theirs);
    }

    private static Run second(Supplier<Run> contestant) {
        var uncounted = contestant.get();
        if (uncounted.wall() <= 0) {
            throw new LabException("a run took no time");
        }
        return contestant.get();
    }

    private Run keelson() {
        return contest(() -> AgentProcess.run(agent("-XX:AOTCache=" + cache()), directory.resolve("agent.log")));
    }

    /** The packages carry a cache of what the agent starts with (JEP 483); so does this one's process. */
    private void train() {
        AgentProcess.train(agent("-XX:AOTCacheOutput=" + cache()), directory.resolve("agent.log"));
        Trees.remove(target());
    }

    private List<String> agent(String cacheOption) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + LabEnvironment.project().resolve("packaging/rpm/jvm/agent.args"),
                cacheOption,
                "-Xlog:aot=off",
                "-Xlog:cds=off",
                "-cp",
                classPath(),
                UnpackOnce.class.getName(),
                sample.bundle().toString(),
                sample.manifest().hex(),
                target().toString());
    }

    /** This program's own, without the directory of its classes: a cache is made for libraries only. */
    private static String classPath() {
        var project = LabEnvironment.project();
        return Objects.requireNonNull(System.getProperty("java.class.path"), "java.class.path")
                .replace(
                        project.resolve("lab/target/classes").toString(),
                        project.resolve("lab/target/keelson-lab-0.1.0-SNAPSHOT.jar")
                                .toString());
    }

    private Path cache() {
        return directory.resolve("agent.aot");
    }

    private Run tools() {
        var command = List.of(
                "bash",
                "-c",
                Run.STOPWATCH,
                "stopwatch",
                "bash",
                "-c",
                TOOLS,
                "tools",
                sample.archive().toString(),
                sample.archiveDigest(),
                target().toString());
        return contest(() -> Run.of(tool().must(LIMIT, command)));
    }

    private Run contest(Supplier<Run> contestant) {
        // What the last run has left to be written must not cost this one.
        tool().must(LIMIT, List.of("sync"));
        var run = contestant.get();
        if (!UnpackedTree.digest(target()).equals(sample.tree())) {
            throw new LabException("the tree is not the one that the sample is");
        }
        Trees.remove(target());
        return run;
    }

    private Tool tool() {
        return new Tool(directory, directory.resolve("contest.log"), Map.of());
    }

    private Path target() {
        return directory.resolve("out").resolve("release");
    }

    private void print(List<Run> ours, List<Run> theirs) {
        System.out.printf(
                "%nunpack: %d MB of files; as a bundle %d MB, as an archive %d MB; %d rounds, in turn%n",
                sample.bytes() / 1_000_000,
                sample.packedBytes() / 1_000_000,
                sample.archiveBytes() / 1_000_000,
                ROUNDS);
        line("keelson, a running agent's first", ours);
        line("openssl dgst, zstd -dc | tar x", theirs);
        var wall = IntStream.range(0, ROUNDS)
                .mapToObj(i -> ours.get(i).wall() / theirs.get(i).wall())
                .toList();
        System.out.printf("  ratio of the wall times: %s (target: at most 1.0)%n", Spread.of(wall));
        System.out.printf(
                "  keelson's largest resident size: %s MB, heap at most 64 MB%n"
                        + "  not counted, the start of its process: %s s%n",
                spread(ours, run -> (double) run.peakMegabytes()), spread(ours, Run::start));
    }

    private static void line(String name, List<Run> runs) {
        System.out.printf(
                "  %-32s wall %s s, processor %s s%n", name, spread(runs, Run::wall), spread(runs, Run::processor));
    }

    private static Spread spread(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).boxed().toList());
    }
}
