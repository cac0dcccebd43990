package io.keelson.agent.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log of a daemon: to standard error, one line per event; journald adds time and takes the priority (sd-daemon(3)). */
public final class LogLines extends Formatter {
    /** Libraries whose everyday remarks are not its events; kept here so that the levels are not forgotten. */
    private static final List<Logger> QUIET =
            List.of(Logger.getLogger("io.grpc"), Logger.getLogger("org.freedesktop"), Logger.getLogger("io.vertx"));

    private final boolean journald;

    private LogLines(boolean journald) {
        this.journald = journald;
    }

    /** Sends all that is logged there from now on. @param environment of the process */
    public static void install(Map<String, String> environment) {
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        var handler = new ConsoleHandler();
        handler.setFormatter(new LogLines(environment.containsKey("JOURNAL_STREAM")));
        root.addHandler(handler);
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
    }

    @Override
    public String format(LogRecord entry) {
        var name = String.valueOf(entry.getLoggerName());
        var source = name.startsWith("keelson.") ? name.substring("keelson.".length()) : name;
        var line = new StringBuilder(journald ? priority(entry.getLevel()) : entry.getLevel() + " ")
                .append(source)
                .append(": ")
                .append(formatMessage(entry).replace("\n", " | "));
        if (entry.getThrown() != null) {
            var trace = new StringWriter();
            entry.getThrown().printStackTrace(new PrintWriter(trace));
            line.append('\n').append(trace);
        }
        return line.append('\n').toString();
    }

    private static String priority(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "<3>";
        }
        return level.intValue() >= Level.WARNING.intValue() ? "<4>" : "<6>";
    }
}
