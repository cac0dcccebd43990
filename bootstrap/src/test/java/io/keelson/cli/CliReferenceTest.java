package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Keeps {@code docs/reference/cli.md} what the commands' own help says. */
class CliReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "cli.md");
    private static final String REGENERATE =
            "./mvnw -pl bootstrap test -Dtest=CliReferenceTest -Dkeelson.regenerate=true";

    @Test
    void referenceSaysWhatTheHelpSays() throws IOException {
        var page = page();
        if (Boolean.getBoolean("keelson.regenerate")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("regenerate it with: " + REGENERATE).exists();
        assertThat(Files.readString(PAGE))
                .as("docs/reference/cli.md is outdated; regenerate it with: " + REGENERATE)
                .isEqualTo(page);
    }

    private static String page() {
        var page = new StringBuilder(
                "# The keelson command\n\n<!-- Generated from the command's help by: " + REGENERATE + " -->\n");
        write(Main.commandLine(), page);
        return page.toString();
    }

    private static void write(CommandLine line, StringBuilder page) {
        page.append("\n## ")
                .append(line.getCommandSpec().qualifiedName())
                .append("\n\n```text\n")
                .append(line.getUsageMessage(Ansi.OFF).stripTrailing().replaceAll(" +\n", "\n"))
                .append("\n```\n");
        line.getSubcommands().values().stream().distinct().forEach(sub -> write(sub, page));
    }
}
