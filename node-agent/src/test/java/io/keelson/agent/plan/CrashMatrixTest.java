package io.keelson.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.Revision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills (SIGKILL) the process that runs a plan before and after each journal append and each effect: it converges, no
 * effect happens twice, and the journal opens.
 */
final class CrashMatrixTest {
    private static final List<String> EACH_ONCE = IntStream.rangeClosed(1, CrashChild.STEPS)
            .mapToObj(Integer::toString)
            .toList();

    @TempDir
    Path root;

    @Test
    void convergesAndDoesNoEffectTwiceWhereverItIsKilled() throws Exception {
        int points = Integer.parseInt(
                run(Files.createDirectory(root.resolve("whole")), 0).replace("passed ", ""));
        assertThat(points).as("points of one run").isGreaterThanOrEqualTo(60);

        var places = new ArrayList<String>();
        for (int point = 1; point <= points; point++) {
            var directory = Files.createDirectory(root.resolve("point-" + point));
            places.add(killedAt(directory, point));
            assertConverges(directory, point);
        }
        assertThat(places)
                .contains(
                        "kill me before append",
                        "kill me after append",
                        "kill me before effect",
                        "kill me after effect",
                        "kill me after compaction");
    }

    @Test
    void survivesAKillAtEveryPointOfOneAndTheSameRun() throws Exception {
        var directory = Files.createDirectory(root.resolve("often"));
        for (int point = 1; point <= 16; point++) {
            killedAt(directory, point);
        }
        assertConverges(directory, 16);
    }

    private static void assertConverges(Path directory, int point) throws Exception {
        Journal.open(directory.resolve("journal"), InstantSource.system()).close();
        assertThat(run(directory, 0)).as("run after point %d", point).startsWith("passed");
        assertThat(CrashChild.effects(directory))
                .as("effects after point %d", point)
                .isEqualTo(EACH_ONCE);
        try (var journal = Journal.open(directory.resolve("journal"), InstantSource.system())) {
            assertThat(journal.converged()).isEqualTo(new Revision(1));
            assertThat(journal.repaired()).isEmpty();
            assertThat(journal.ours()).as("ours after point %d", point).hasSize(CrashChild.STEPS);
        }
    }

    private static String killedAt(Path directory, int point) throws Exception {
        var child = start(directory, point);
        var said = firstLine(child);
        assertThat(said).as("point %d", point).startsWith("kill me");
        child.destroyForcibly();
        assertThat(child.waitFor()).as("killed by signal 9").isEqualTo(128 + 9);
        return said;
    }

    private static String run(Path directory, int point) throws Exception {
        var child = start(directory, point);
        var said = firstLine(child);
        assertThat(child.waitFor()).isZero();
        return said;
    }

    private static String firstLine(Process child) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(reader.readLine());
    }

    private static Process start(Path directory, int point) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashChild.class.getName(),
                        directory.toString(),
                        Integer.toString(point))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
