package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A person says yes at the terminal, or a script did so before; a picocli mixin. */
final class Confirmation {
    @Option(names = "--yes", description = "Do not ask; for scripts.")
    boolean yes;

    /**
     * Asks.
     *
     * @throws ParameterException if there is nobody to ask
     */
    boolean given(CommandSpec spec, String question) {
        if (yes) {
            return true;
        }
        var console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new ParameterException(
                    spec.commandLine(), "there is no terminal to ask whether this is meant; a script says --yes");
        }
        Terminal.of(spec).out().flush();
        var answer = console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
