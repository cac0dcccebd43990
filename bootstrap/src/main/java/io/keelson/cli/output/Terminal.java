package io.keelson.cli.output;

import io.keelson.problem.Problem;
import io.keelson.problem.Severity;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes: answers to {@code out}, everything about the work itself to {@code err}.
 *
 * @param interactive whether a person watches, so that lines may be redrawn
 * @param colour whether colours are wanted and understood
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean interactive, boolean colour) {
    private static final String RED = "\u001b[1;31m";
    private static final String YELLOW = "\u001b[1;33m";
    private static final String RESET = "\u001b[0m";

    /** The terminal of a command that runs. Colour follows NO_COLOR and TERM (no-color.org). */
    public static Terminal of(CommandSpec spec) {
        var console = System.console();
        boolean tty = console != null && console.isTerminal();
        boolean wanted =
                Optional.ofNullable(System.getenv("NO_COLOR")).orElse("").isEmpty()
                        && !"dumb".equals(System.getenv("TERM"));
        var line = spec.commandLine();
        return new Terminal(line.getOut(), line.getErr(), tty && wanted(), tty && wanted);
    }

    private static boolean wanted() {
        return !"dumb".equals(System.getenv("TERM"));
    }

    /** Shows problems on standard error, an empty line between them. */
    public void show(List<Problem> problems) {
        for (var problem : problems) {
            var text = problem.render();
            if (colour) {
                int head = text.indexOf(':');
                var paint = problem.severity() == Severity.WARNING ? YELLOW : RED;
                text = paint + text.substring(0, head) + RESET + text.substring(head);
            }
            err.println(text);
        }
        err.flush();
    }

    /** A line about the work. */
    public void say(String line) {
        err.println(line);
        err.flush();
    }
}
