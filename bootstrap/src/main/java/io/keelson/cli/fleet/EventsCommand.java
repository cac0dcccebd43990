package io.keelson.cli.fleet;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.EventLine;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.Event;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson events}. */
@Command(
        name = "events",
        description = {
            "Shows what happened to a resource, oldest first, with the time that each step took.",
            "A bundle has no events.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson events cluster prod",
            "  # everything that the server still knows about a host, for a script",
            "  keelson events host cp-a --limit 10000 -o json",
        })
public final class EventsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    TargetArguments about = new TargetArguments();

    @Option(
            names = "--limit",
            defaultValue = "100",
            paramLabel = "COUNT",
            description = "How many of the newest events to show. Default: 100.")
    int limit = 100;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json or yaml; wide shows times and revisions. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        var out = Terminal.of(spec).out();
        try (var client = connection.open()) {
            var events = client.events(about.kind, about.name, limit);
            switch (format) {
                case table, name -> table(events.stream().map(Answers::event).toList());
                case wide -> wideTable(events.stream().map(Answers::event).toList());
                case json -> out.print(StructuredText.json(StructuredText.tree(plain(events))));
                case yaml -> out.print(StructuredText.yaml(StructuredText.tree(plain(events))));
            }
        }
        return 0;
    }

    private void table(List<EventLine> events) {
        var table = new TextTable(EventLine.headers());
        var now = Instant.now();
        events.forEach(event -> table.row(event.cells(now)));
        table.write(Terminal.of(spec).out(), "");
    }

    private void wideTable(List<EventLine> events) {
        var table = new TextTable(List.of("TIME", "REVISION", "SOURCE", "SUBJECT", "PHASE", "TOOK", "DETAIL"));
        for (var event : events) {
            table.row(List.of(
                    event.at().toString(),
                    Long.toString(event.revision()),
                    event.source(),
                    event.subject(),
                    event.phase(),
                    event.duration(),
                    event.detail()));
        }
        table.write(Terminal.of(spec).out(), "");
    }

    private static List<Map<String, Object>> plain(List<Event> events) {
        return events.stream().map(EventsCommand::plain).toList();
    }

    private static Map<String, Object> plain(Event event) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("time", Instant.ofEpochMilli(event.getClockMillis()).toString());
        fields.put("source", event.getSource());
        fields.put("subject", event.getSubject());
        fields.put("phase", event.getPhase());
        fields.put("detail", event.getDetail());
        fields.put("elapsedMillis", event.getElapsedMillis());
        fields.put("transferMillis", event.getTransferMillis());
        fields.put("waitMillis", event.getWaitMillis());
        fields.put("revision", event.getRevision());
        return fields;
    }
}
