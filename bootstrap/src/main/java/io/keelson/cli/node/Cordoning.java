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

/** {@code keelson node cordon} and {@code uncordon}. */
abstract sealed class Cordoning implements Callable<Integer> {
    private final boolean cordoned;
    private final String changed;
    private final String unchanged;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    ClusterOption in = new ClusterOption();

    @Parameters(index = "0..*", arity = "1..*", paramLabel = "NODE", description = "The nodes.")
    List<String> nodes = List.of();

    private Cordoning(boolean cordoned, String changed, String unchanged) {
        this.cordoned = cordoned;
        this.changed = changed;
        this.unchanged = unchanged;
    }

    @Override
    public Integer call() {
        var out = Terminal.of(spec).out();
        try (var client = connection.open()) {
            for (var node : nodes) {
                out.println("node/" + node + " "
                        + (client.nodes().cordon(in.cluster, node, cordoned) ? changed : unchanged));
                out.flush();
            }
        }
        return 0;
    }

    @Command(
            name = "cordon",
            description = {
                "Lets nodes take no new pods; those that run there stay.",
                "It is a person's cordon: no drain undoes it.",
            },
            footerHeading = "%nExamples:%n",
            footer = {"  keelson node cordon w-7 --cluster prod"})
    static final class Cordon extends Cordoning {
        Cordon() {
            super(true, "cordoned", "was cordoned already");
        }
    }

    @Command(
            name = "uncordon",
            description = {
                "Lets nodes take pods again, whoever cordoned them.",
                "A drain of the node that is under way sees that and stops.",
            },
            footerHeading = "%nExamples:%n",
            footer = {"  keelson node uncordon w-7 --cluster prod"})
    static final class Uncordon extends Cordoning {
        Uncordon() {
            super(false, "uncordoned", "takes pods already");
        }
    }
}
