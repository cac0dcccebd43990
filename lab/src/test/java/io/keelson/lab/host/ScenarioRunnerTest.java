package io.keelson.lab.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.host.ScenarioRunner.Found;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScenarioRunnerTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ScenarioRunner runner = new ScenarioRunner(
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            Map.of(
                    "install-three-zones", new Found("install-three-zones", "Three zones.", false, "id-1"),
                    "etcd-restore", new Found("etcd-restore", "Anew.", true, "id-2")));

    @Test
    void listsNamesInOrderWithWhatTheyAreAbout() {
        assertThat(runner.run(List.of("--list"))).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("etcd-restore  (extended) Anew.\ninstall-three-zones  Three zones.\n");
    }

    @Test
    void theCoreLeavesExtendedOnesOutAndSaysSo() {
        assertThat(runner.core()).containsOnlyKeys("install-three-zones");
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("---- 1 scenarios; 1 extended ones run with: lab/run scenario '*'\n");
    }

    @Test
    void refusesANameThatMatchesNothingAndSuggestsTheNearest() {
        assertThat(runner.run(List.of("install-tree-zones"))).isEqualTo(64);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("no scenario is called 'install-tree-zones'")
                .contains("lab/run scenario install-three-zones |");
    }

    @Test
    void distanceCountsLettersToChange() {
        assertThat(ScenarioRunner.distance("abc", "abc")).isZero();
        assertThat(ScenarioRunner.distance("abc", "adce")).isEqualTo(2);
        assertThat(ScenarioRunner.distance("", "xyz")).isEqualTo(3);
    }
}
