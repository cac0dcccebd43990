package io.keelson.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessProgramsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ProcessPrograms programs = new ProcessPrograms();

    private Programs.Result shell(String script, Duration limit) {
        return programs.run(List.of("sh", "-c", script), limit);
    }

    @Test
    void givesOutputErrorsAndExitStatus() {
        var result = shell("echo out; echo err >&2; exit 3", LIMIT);
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
        assertThat(result.ok()).isFalse();
    }

    @Test
    void aProgramThatIsNotThereIsAResult() {
        var result = programs.run(List.of("keelson-no-such-program"), LIMIT);
        assertThat(result.exit()).isEqualTo(127);
        assertThat(result.err()).contains("keelson-no-such-program");
    }

    @Test
    void argumentsAreNotAShells() {
        assertThat(programs.run(List.of("echo", "$HOME; `id` *"), LIMIT).out()).isEqualTo("$HOME; `id` *\n");
    }

    @Test
    void programsGetAnEnvironmentOfTheirOwnAndNoInput() {
        // What a shell adds by itself is not ours.
        var names = shell("env | cut -d= -f1 | grep -v -e PWD -e SHLVL -e '^_$' | sort; cat", LIMIT)
                .out()
                .lines();
        assertThat(names).containsExactly("HOME", "LANG", "PATH");
    }

    @Test
    void moreOutputThanIsKeptDoesNotBlockTheProgram() {
        var result = shell("head -c 3000000 /dev/zero | tr '\\0' x; echo done >&2", LIMIT);
        assertThat(result.ok()).isTrue();
        assertThat(result.out()).hasSize(1 << 20);
        assertThat(result.err()).isEqualTo("done\n");
    }

    @Test
    void afterItsLimitAProgramIsKilledWithWhatItStarted(@TempDir Path directory) throws Exception {
        var pidFile = directory.resolve("pid");
        var result = shell("sleep 300 & echo $! > " + pidFile + "; wait", Duration.ofSeconds(2));
        assertThat(result.exit()).isEqualTo(124);
        var child = Long.parseLong(Files.readString(pidFile).strip());
        Awaitility.await()
                .atMost(LIMIT)
                .until(() ->
                        ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }
}
