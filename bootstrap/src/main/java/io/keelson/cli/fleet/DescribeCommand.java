package io.keelson.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.cli.client.Connection;
import io.keelson.cli.output.EventLine;
import io.keelson.cli.output.Resource;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson describe}. */
@Command(
        name = "describe",
        description = "Shows all about one resource: what was asked, what is, and what happened last.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson describe cluster prod",
            "  # what a host did, step by step, with the time that each took",
            "  keelson describe host cp-a --events 200",
        })
public final class DescribeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    TargetArguments about = new TargetArguments();

    @Option(
            names = "--events",
            defaultValue = "20",
            paramLabel = "COUNT",
            description = "How many of the newest events to show. Default: 20.")
    int events = 20;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var resource = Answers.one(client, about.kind, about.name);
            var happened = events > 0 ? Answers.events(client, about.kind, about.name, events) : List.<EventLine>of();
            write(Terminal.of(spec).out(), resource, happened, Instant.now());
        }
        return 0;
    }

    static void write(PrintWriter out, Resource resource, List<EventLine> events, Instant now) {
        out.println("Name:     " + resource.name());
        out.println("Kind:     " + resource.kind());
        resource.field("metadata.creationTimestamp").ifPresent(time -> out.println("Created:  " + time));
        section(out, "Labels", resource.body().path("metadata").path("labels"));
        section(out, "Spec", resource.body().path("spec"));
        var status = resource.body().path("status").deepCopy();
        if (status instanceof ObjectNode object) {
            object.remove("conditions");
        }
        section(out, "Status", status);
        conditions(out, resource);
        out.println("Events:");
        if (events.isEmpty()) {
            out.println("  none");
        } else {
            var table = new TextTable(EventLine.headers());
            events.forEach(event -> table.row(event.cells(now)));
            table.write(out, "  ");
        }
        out.flush();
    }

    private static void conditions(PrintWriter out, Resource resource) {
        if (resource.conditions().isEmpty()) {
            return;
        }
        out.println("Conditions:");
        var table = new TextTable(List.of("TYPE", "STATUS", "REASON", "SINCE", "MESSAGE"));
        for (var condition : resource.conditions()) {
            table.row(List.of(
                    condition.type(), condition.status(), condition.reason(), condition.since(), condition.message()));
        }
        table.write(out, "  ");
    }

    private static void section(PrintWriter out, String title, JsonNode content) {
        if (content.isMissingNode() || content.isEmpty()) {
            return;
        }
        out.println(title + ":");
        StructuredText.yaml(content).lines().forEach(line -> out.println("  " + line));
    }
}
