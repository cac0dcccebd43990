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

/** {@code keelson node uncordon}. */
@Command(
        name = "uncordon",
        description = {
            "Lets nodes take pods again, whoever cordoned them.",
            "A drain of the node that is under way sees that and stops.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson node uncordon w-7 --cluster prod"})
final class NodeUncordonCommand implements Callable<Integer> {
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
                boolean changed = client.nodes().cordon(in.cluster, node, false);
                out.println("node/" + node + (changed ? " uncordoned" : " takes pods already"));
                out.flush();
            }
        }
        return 0;
    }
}
