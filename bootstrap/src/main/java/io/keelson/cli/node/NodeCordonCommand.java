package io.keelson.cli.node;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson node cordon}. */
@Command(
        name = "cordon",
        description = {
            "Lets nodes take no new pods; those that run there stay.",
            "It is a person's cordon: no drain undoes it.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson node cordon w-7 --cluster prod"})
final class NodeCordonCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    ClusterOption in = new ClusterOption();

    @Parameters(index = "0..*", arity = "1..*", paramLabel = "NODE", description = "The nodes.")
    List<String> nodes = List.of();

    @Override
    public Integer call() {
        var out = Terminal.of(spec).out();
        try (var client = connection.open()) {
            for (var node : nodes) {
                boolean changed = client.nodes().cordon(in.cluster, node, true);
                out.println("node/" + node + (changed ? " cordoned" : " was cordoned already"));
                out.flush();
            }
        }
        return 0;
    }
}
