package io.keelson.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.Resource;
import io.keelson.cli.output.ResourcePrinter;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.GetResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson get}. */
@Command(
        name = "get",
        description = {"Shows resources: hosts, clusters, nodepools, nodes, bundles."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson get hosts",
            "  # one cluster, all of it",
            "  keelson get cluster prod -o yaml",
            "  # nodes with their pod networks and versions",
            "  keelson get nodes -o wide",
            "  # changes as they happen, until Ctrl-C",
            "  keelson get nodes -w",
        })
public final class GetCommand implements Callable<Integer> {
    /** A stream is opened anew this often, so that a connection that died silently is noticed. */
    private static final Duration STREAM = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "hosts, clusters, nodepools, nodes or bundles; singular works too.")
    @SuppressWarnings("NullAway.Init")
    String kind;

    @Parameters(index = "1", arity = "0..1", defaultValue = "", paramLabel = "NAME", description = "Only this one.")
    String name = "";

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json, yaml or name. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Option(
            names = {"-w", "--watch"},
            description = "Stay, and show each resource again when it changes.")
    boolean watch;

    @Override
    public Integer call() {
        var printer = new ResourcePrinter(Terminal.of(spec).out(), format);
        var target = Target.of(kind, name);
        try (var client = connection.open()) {
            if (watch) {
                watch(client, target, printer);
            } else if (target.name().isEmpty()) {
                var answer = client.get(target.kind(), "");
                printer.print(answer.getKind(), Answers.resources(answer), Instant.now());
            } else {
                printer.printOne(Answers.one(client, target.kind(), target.name()), Instant.now());
            }
        }
        return 0;
    }

    private void watch(OperatorClient client, Target target, ResourcePrinter printer) {
        var seen = new HashMap<String, JsonNode>();
        while (!Thread.currentThread().isInterrupted()) {
            client.watch(target.kind(), target.name(), answer -> changed(answer, seen, printer), STREAM);
        }
    }

    private boolean changed(GetResponse answer, Map<String, JsonNode> seen, ResourcePrinter printer) {
        List<Resource> resources = Answers.resources(answer);
        for (var resource : resources) {
            if (!resource.body().equals(seen.put(resource.name(), resource.body()))) {
                printer.printChange(resource, Instant.now());
            }
        }
        seen.keySet().removeIf(known -> {
            boolean gone =
                    resources.stream().noneMatch(resource -> resource.name().equals(known));
            if (gone) {
                Terminal.of(spec).say(Target.of(kind, known) + " deleted");
            }
            return gone;
        });
        return true;
    }
}
