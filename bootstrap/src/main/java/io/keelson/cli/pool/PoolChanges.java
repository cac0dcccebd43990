package io.keelson.cli.pool;

import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.GetPoolResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A pool while it is watched: one screen at first, then a line for each thing that changes, or a document for each change. */
final class PoolChanges {
    private final Terminal terminal;
    private final OutputFormat format;
    private final Instant begun = Instant.now();
    private final Map<String, String> told = new HashMap<>();
    private Optional<PoolPage> last = Optional.empty();

    PoolChanges(Terminal terminal, OutputFormat format) {
        this.terminal = terminal;
        this.format = format;
    }

    /** The newest that was seen; empty if the server has not answered yet. */
    Optional<PoolPage> last() {
        return last;
    }

    /** Shows what is new; returns whether more is to come: not when the pool is at rest, or has stopped because of failures. */
    boolean show(GetPoolResponse answer) {
        var page = new PoolPage(answer);
        boolean first = last.isEmpty();
        last = Optional.of(page);
        switch (format) {
            case json -> terminal.out().print(StructuredText.json(page.structured()));
            case yaml -> terminal.out().print("---\n" + StructuredText.yaml(page.structured()));
            case table, wide, name -> {
                if (first) {
                    page.write(terminal.out(), format == OutputFormat.wide, Instant.now());
                }
                changes(page, first);
            }
        }
        terminal.out().flush();
        return !page.atRest() && !page.failed();
    }

    /** The server does not answer; the watch goes on. */
    void away(String why) {
        terminal.say(elapsed() + why + "; trying again");
    }

    private void changes(PoolPage page, boolean quiet) {
        for (var row : page.rows()) {
            tell("host " + row.host(), row.host() + ": " + state(page, row), quiet);
        }
        var hosts = page.rows().stream().map(row -> "host " + row.host()).toList();
        told.keySet().stream()
                .filter(key -> key.startsWith("host ") && !hosts.contains(key))
                .toList()
                .forEach(gone -> {
                    told.remove(gone);
                    say(gone + " is the pool's no more");
                });
        tell("doing", "the pool " + page.doing(), quiet);
        var counts = page.counts();
        if (!counts.equals(told.put("counts", counts)) && !quiet) {
            say(counts + page.expected());
        }
    }

    private static String state(PoolPage page, PoolRow row) {
        var level = row.level(page.wantedLevel());
        return row.stage()
                + (level.isEmpty() ? "" : ", OS level " + level)
                + (row.remark().isEmpty() ? "" : " - " + row.remark());
    }

    private void tell(String about, String line, boolean quiet) {
        if (!line.equals(told.put(about, line)) && !quiet) {
            say(line);
        }
    }

    private void say(String line) {
        terminal.out().println(elapsed() + line);
    }

    private String elapsed() {
        return "[" + DurationText.of(Duration.between(begun, Instant.now()).truncatedTo(ChronoUnit.SECONDS)) + "]  ";
    }
}
