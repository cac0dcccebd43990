package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool cancel}. */
@Command(
        name = "cancel",
        description = {
            "Lets a node pool begin nothing more, and takes back what can be taken back.",
            "Nodes that are still being emptied take pods again. What is beyond that is brought to its end: a node that is empty"
                    + " is patched or leaves, and a host that joins is verified. It stays so until it is resumed.",
            "What the pool wants is not changed: to go back to another OS level, declare that.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson pool cancel workers",
            "  # back to the level of before",
            "  keelson apply -f workers-before.yaml",
            "  keelson pool resume workers",
        })
final class PoolCancelCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "NAME", description = "The node pool.")
    String name = "";

    @Override
    public Integer call() {
        boolean changed;
        try (var client = connection.open()) {
            changed = client.pools().cancel(name);
        }
        Terminal.of(spec).out().println("nodepool/" + name + (changed ? " cancelled" : " was cancelled already"));
        return 0;
    }
}
