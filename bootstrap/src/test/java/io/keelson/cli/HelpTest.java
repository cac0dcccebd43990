package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    static List<CommandLine> commands() {
        var all = new ArrayList<CommandLine>();
        collect(Main.commandLine(), all);
        return all;
    }

    private static void collect(CommandLine line, List<CommandLine> all) {
        all.add(line);
        line.getSubcommands().values().stream().distinct().forEach(sub -> collect(sub, all));
    }

    private static String name(CommandLine line) {
        return line.getCommandSpec().qualifiedName();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandSaysWhatItDoesWithAnExample(CommandLine line) {
        var words = name(line).split(" ");
        var arguments = new ArrayList<>(List.of(words).subList(1, words.length));
        arguments.add("--help");

        var help = Invocation.of(arguments.toArray(String[]::new));

        assertThat(help.status()).isZero();
        assertThat(line.getCommandSpec().usageMessage().description())
                .as("description of " + name(line))
                .isNotEmpty();
        assertThat(help.out())
                .contains("Examples:")
                .containsPattern("\n  keelson " + String.join(" ", arguments.subList(0, arguments.size() - 1)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionSaysWhatItMeans(CommandLine line) {
        for (var argument : line.getCommandSpec().args()) {
            assertThat(argument.description())
                    .as(name(line) + " " + argument.paramLabel())
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void examplesFitIntoEveryTerminal(CommandLine line) {
        assertThat(line.getCommandSpec().usageMessage().footer())
                .allSatisfy(row -> assertThat(row.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void theHelpOfTheWholeNamesEveryExitStatus() {
        assertThat(Invocation.of("--help").out())
                .containsPattern("0 +done")
                .containsPattern("1 +refused")
                .containsPattern("64 +called wrongly")
                .containsPattern("69 +the control server did not answer")
                .containsPattern("124 +a wait came to its end");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void completionKnowsEveryCommand(String shell) {
        var script = Invocation.of("completion", shell);

        assertThat(script.status()).isZero();
        for (var line : commands()) {
            for (var sub : line.getSubcommands().keySet()) {
                assertThat(script.out()).containsPattern("[\" ]" + sub + "[\" ]");
            }
        }
    }

    static List<String> shells() {
        return List.of("bash", "zsh");
    }

    @Test
    void zshLoadsBashCompletionFirst() {
        assertThat(Invocation.of("completion", "zsh").lines())
                .startsWith("#compdef keelson")
                .anyMatch(line -> line.contains("bashcompinit"));
    }

    @Test
    void versionIsOnStandardOutput() {
        assertThat(Invocation.of("version").out()).startsWith("keelson ");
        assertThat(Invocation.of("--version").out())
                .isEqualTo(Invocation.of("version").out());
    }
}
