package io.keelson.lab.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Really starts {@code lab/tuf-client}: from another directory, several at once, and builds it if that is due. */
class FrontTest {
    private static final Path FRONT = Path.of("tuf-client").toAbsolutePath();
    private static final long MINUTES = 10;

    @TempDir
    Path directory;

    @Test
    void runsFromAnywhereAndSeveralTimesAtOnce() throws IOException, InterruptedException {
        try (var fixture = new CommandFixture(directory)) {
            fixture.repository.addTarget("targets", "some/target", "content");
            fixture.repository.publish("targets", "snapshot", "timestamp");
            fixture.initialised();

            var refreshing = List.of(
                    "--metadata-dir",
                    fixture.metadata.toString(),
                    "--metadata-url",
                    fixture.url("metadata"),
                    "refresh");
            var other = List.of(
                    "--metadata-dir",
                    directory.resolve("nothing").toString(),
                    "--metadata-url",
                    "http://x/",
                    "refresh");
            var runs = List.of(start(refreshing), start(other), start(List.of("nonsense")));
            assertThat(statuses(runs)).containsExactly(0, 1, 1);

            assertThat(statuses(List.of(start(fixture.downloading("some/target")))))
                    .containsExactly(0);
            assertThat(fixture.downloaded()).containsExactly("content");
            assertThat(fixture.trusted()).containsExactly("root 1", "snapshot 2", "targets 2", "timestamp 2");
        }
    }

    private Process start(List<String> arguments) throws IOException {
        var line = new ArrayList<>(List.of(FRONT.toString()));
        line.addAll(arguments);
        return new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<Integer> statuses(List<Process> processes) throws InterruptedException {
        var statuses = new ArrayList<Integer>();
        for (var process : processes) {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            statuses.add(process.waitFor());
        }
        return statuses;
    }
}
