package io.keelson.cli.fleet;

import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.EventLine;
import io.keelson.cli.output.LiveBlock;
import io.keelson.cli.output.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Shows how a wait goes: at a terminal one line per host that is redrawn, elsewhere one line for everything new.
 * Interrupting the command leaves the terminal clean.
 */
final class WaitProgress implements AutoCloseable {
    private final Terminal terminal;
    private final LiveBlock block;
    private final Instant begun;
    private final Thread onExit;
    private final Set<EventLine> told = new HashSet<>();
    private String lastSeen = "";

    WaitProgress(Terminal terminal, Instant begun) {
        this.terminal = terminal;
        this.block = new LiveBlock(terminal);
        this.begun = begun;
        this.onExit = Thread.ofPlatform().unstarted(block::close);
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** What the last look saw. */
    void show(Target target, String seen, List<EventLine> events) {
        var newest = new TreeMap<String, EventLine>();
        events.forEach(event -> newest.put(event.source(), event));
        if (terminal.interactive()) {
            var lines = new ArrayList<String>();
            lines.add(elapsed() + "  " + target + ": " + seen);
            newest.forEach((source, event) -> lines.add("  " + event.text()));
            block.show(lines);
            return;
        }
        change(target + ": " + seen);
        // What happened before the wait began is told only as far as it still goes on.
        var fresh = told.isEmpty() ? List.copyOf(newest.values()) : events;
        fresh.stream()
                .filter(event -> !told.contains(event) && !event.phase().equalsIgnoreCase("progress"))
                .forEach(event -> terminal.say(elapsed() + "  " + event.text()));
        told.addAll(events);
    }

    /** The server does not answer; the wait goes on. */
    void away(String why) {
        if (terminal.interactive()) {
            block.show(List.of(elapsed() + "  " + why + "; trying again"));
        } else {
            change(why + "; trying again");
        }
    }

    /** A line that stays. */
    void say(String line) {
        block.close();
        terminal.out().println(line);
        terminal.out().flush();
    }

    private void change(String seen) {
        if (!seen.equals(lastSeen)) {
            lastSeen = seen;
            terminal.say(elapsed() + "  " + seen);
        }
    }

    private String elapsed() {
        return "["
                + DurationText.of(
                        Duration.between(begun, Instant.now()).truncatedTo(java.time.temporal.ChronoUnit.SECONDS))
                + "]";
    }

    @Override
    public void close() {
        block.close();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // The process is ending, so the hook runs itself.
            terminal.err().flush();
        }
    }
}
