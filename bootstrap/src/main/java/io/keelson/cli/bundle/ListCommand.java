package io.keelson.cli.bundle;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.Resource;
import io.keelson.cli.output.ResourcePrinter;
import io.keelson.cli.output.Terminal;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson bundle list}. */
@Command(
        name = "list",
        description = "Lists the bundles that are published on the control server.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson bundle list",
            "  # for a script",
            "  keelson bundle list -o json",
        })
public final class ListCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json, yaml or name. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var answer = client.get("bundles", "");
            var bundles = answer.getResourcesList().stream()
                    .map(found -> Resource.parse(found.getKind(), found.getName(), found.getJson()))
                    .toList();
            new ResourcePrinter(Terminal.of(spec).out(), format).print(answer.getKind(), bundles, Instant.now());
        }
        return 0;
    }
}
