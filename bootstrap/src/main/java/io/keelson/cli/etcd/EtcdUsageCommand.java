package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd who-ate-my-etcd}. */
@Command(
        name = "who-ate-my-etcd",
        description = {
            "Shows which resources, namespaces and owners fill a cluster's etcd, and what could be deleted.",
            "One of the cluster's hosts looks into its own member, which works while etcd is full, has no majority or the"
                    + " API server refuses writes. Names and sizes leave the host, contents do not. It takes up to two"
                    + " minutes.",
            "BYTES are those of live keys and values. WRITES are counted in the newest part of the history that etcd still"
                    + " has; the heading says which. An object's OWNER is its controller, of an event what it is about,"
                    + " else the manager that wrote it; what is encrypted at rest has the owner (unknown).",
            "The plan is text: nothing of it is run. The exit status is 0 also where something is wrong with etcd.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd who-ate-my-etcd prod",
            "  # more rows, with how often keys were written and the largest objects",
            "  keelson etcd who-ate-my-etcd prod --top 20 -o wide",
            "  # all that the host has told, for a script",
            "  keelson etcd who-ate-my-etcd prod -o json",
        })
final class EtcdUsageCommand implements Callable<Integer> {
    private static final int MOST_ROWS = 50;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(
            index = "0",
            arity = "0..1",
            defaultValue = "",
            paramLabel = "CLUSTER",
            description = "The cluster whose etcd is looked into. Default: the only one that there is.")
    String cluster = "";

    @Option(
            names = "--top",
            defaultValue = "4",
            paramLabel = "ROWS",
            description = "How many rows of each part, 1 to 50. Default: 4.")
    int top = 4;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json or yaml. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        if (top < 1 || top > MOST_ROWS) {
            throw new ParameterException(spec.commandLine(), "--top takes 1 to " + MOST_ROWS);
        }
        if (format == OutputFormat.name) {
            throw new ParameterException(
                    spec.commandLine(), "there are no names to print; use table, wide, json or yaml");
        }
        var terminal = Terminal.of(spec);
        EtcdUsageResponse usage;
        try (var client = connection.open()) {
            usage = client.etcd().usage(cluster);
        }
        var out = terminal.out();
        switch (format) {
            case table, name -> new EtcdUsageTable(usage, top, false).write(out);
            case wide -> new EtcdUsageTable(usage, top, true).write(out);
            case json -> out.print(StructuredText.json(StructuredText.tree(EtcdUsageFields.of(usage))));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(EtcdUsageFields.of(usage))));
        }
        out.flush();
        if (format == OutputFormat.table || format == OutputFormat.wide) {
            EtcdUsageTable.remarks(usage).forEach(terminal::say);
        }
        return 0;
    }
}
