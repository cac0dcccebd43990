package io.keelson.cli.node;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.operator.v1.ForecastDrainResponse;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson node drain}. */
@Command(
        name = "drain",
        description = {
            "Empties nodes, one after the other, by the eviction API: PodDisruptionBudgets are honoured, pods get their time to"
                    + " end, those of DaemonSets and static pods stay, volumes are detached in the end.",
            "A node that is empty stays cordoned. One that is not empty in time is given up and takes pods again, unless a"
                    + " person had cordoned it before; the budget and the workload are named. Ending this command does the"
                    + " same. If the server dies meanwhile, the same command goes on where it was.",
            "With --dry-run every eviction is rehearsed against budgets and free room, and nothing is changed; several nodes"
                    + " are rehearsed as if they were emptied together, which shows whether they would wait for each"
                    + " other. The exit status is 1 if a drain would not come to its end.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # what would come of it",
            "  keelson node drain w-7 --cluster prod --dry-run",
            "  keelson node drain w-7 --cluster prod",
            "  # would two of them wait for each other?",
            "  keelson node drain w-7 w-8 --cluster prod --dry-run",
            "  # not longer than an hour, and budgets are asked for the first half of it",
            "  keelson node drain w-7 --cluster prod --timeout 1h --force-after 30m",
        })
final class NodeDrainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    ClusterOption in = new ClusterOption();

    @Mixin
    DrainOptions options = new DrainOptions();

    @Parameters(index = "0..*", arity = "1..*", paramLabel = "NODE", description = "The nodes.")
    List<String> nodes = List.of();

    @Option(names = "--dry-run", description = "Show what would come of it, and change nothing.")
    boolean dryRun;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "How --dry-run shows it: table, wide, json or yaml. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        if (format == OutputFormat.name) {
            throw new ParameterException(
                    spec.commandLine(), "there are no names to print; use table, wide, json or yaml");
        }
        var terminal = Terminal.of(spec);
        try (var client = connection.open()) {
            if (dryRun) {
                var forecast = client.nodes().forecast(in.cluster, nodes, options.limits());
                show(terminal, forecast);
                return forecast.getSucceeds() ? 0 : 1;
            }
            for (var node : nodes) {
                drain(client, node, terminal);
            }
        }
        return 0;
    }

    private void show(Terminal terminal, ForecastDrainResponse forecast) {
        var out = terminal.out();
        switch (format) {
            case table, name -> new ForecastTable(forecast, nodes, false).write(out);
            case wide -> new ForecastTable(forecast, nodes, true).write(out);
            case json -> out.print(StructuredText.json(StructuredText.tree(ForecastFields.of(forecast))));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(ForecastFields.of(forecast))));
        }
        out.flush();
    }

    private void drain(OperatorClient client, String node, Terminal terminal) {
        var progress = new DrainProgress(node, terminal);
        try {
            client.nodes().drain(in.cluster, node, options.limits(), options.timeout, progress::show);
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.SERVER_UNREACHABLE && progress.began()) {
                terminal.say("node " + node + " may still be cordoned: the same command goes on where it was, and"
                        + " 'keelson node uncordon " + node + "' takes it back");
            }
            throw e;
        }
        terminal.out().println("node/" + node + " drained");
        terminal.out().flush();
    }
}
