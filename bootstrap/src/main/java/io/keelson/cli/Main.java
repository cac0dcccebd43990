package io.keelson.cli;

import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of the {@code keelson} command. */
public final class Main {
    /** Libraries whose everyday remarks are no answers of this command; kept here so that the levels stay. */
    private static final List<Logger> QUIET =
            List.of(Logger.getLogger("io.grpc"), Logger.getLogger("org.freedesktop"), Logger.getLogger("io.netty"));

    private Main() {}

    /** Runs the command and ends the process with its exit status. */
    public static void main(String[] args) {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        var line = commandLine();
        line.setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, false, StandardCharsets.UTF_8));
        int status = line.execute(args);
        line.getOut().flush();
        line.getErr().flush();
        System.exit(status);
    }

    /** The whole command, with its ways to fail. */
    public static CommandLine commandLine() {
        var line = new CommandLine(new Keelson());
        line.registerConverter(Duration.class, Main::duration);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(100);
        line.setExecutionStrategy(Main::run);
        line.setParameterExceptionHandler(Main::usage);
        line.setExecutionExceptionHandler((failure, at, parsed) -> failed(failure, at));
        return line;
    }

    private static int run(CommandLine.ParseResult parsed) {
        int status = new CommandLine.RunLast().execute(parsed);
        parsed.commandSpec().commandLine().getOut().flush();
        return status;
    }

    private static Duration duration(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static int usage(ParameterException failure, String[] args) {
        var line = failure.getCommandLine();
        var err = line.getErr();
        err.println("error: " + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine at) {
        var terminal = Terminal.of(at.getCommandSpec());
        terminal.out().flush();
        var problems = failure instanceof ProblemException known ? known.problems() : List.of(unforeseen(failure));
        terminal.show(problems);
        if ("1".equals(System.getenv("KEELSON_TRACE"))) {
            var trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace, true));
            terminal.say(trace.toString());
        }
        return ExitCode.of(problems);
    }

    private static Problem unforeseen(Exception failure) {
        var what = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return Problem.error(
                ProblemCode.INTERNAL,
                failure.getClass().getSimpleName() + ": " + what,
                Remedy.advise("Run the command again with KEELSON_TRACE=1 in its environment to see where."));
    }
}
