package io.keelson.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real processes. */
class LinuxProcessesTest {
    private final LinuxProcesses processes = new LinuxProcesses();

    @Test
    void killsTheProcessThatWasSeenAndNoneThatHasItsNumber() throws IOException, InterruptedException {
        var child = new ProcessBuilder("sleep", "600").start();
        try {
            var seen = processes.all().stream()
                    .filter(process -> process.pid() == child.pid())
                    .findFirst()
                    .orElseThrow();
            assertThat(seen.groups()).isNotEmpty().allMatch(group -> group.startsWith("/"));
            processes.kill(new Processes.Running(seen.pid(), seen.command(), seen.started() - 1, List.of()));
            assertThat(child.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();

            processes.kill(seen);
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(processes.all()).noneMatch(process -> process.pid() == child.pid());
            processes.kill(seen);
        } finally {
            child.destroyForcibly();
        }
    }
}
