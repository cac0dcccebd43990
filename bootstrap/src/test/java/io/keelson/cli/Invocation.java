package io.keelson.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What became of one call of the command, in this process. */
public record Invocation(int status, String out, String err) {
    /** Runs the command as a user would. */
    public static Invocation of(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int status = line.execute(arguments);
        return new Invocation(status, out.toString(), err.toString());
    }

    /** The same with the contexts in that file. */
    public static Invocation with(Path config, String... arguments) {
        return of(Stream.concat(Stream.of(arguments), Stream.of("--config", config.toString()))
                .toArray(String[]::new));
    }

    /** The lines of standard output. */
    public List<String> lines() {
        return out.lines().toList();
    }
}
