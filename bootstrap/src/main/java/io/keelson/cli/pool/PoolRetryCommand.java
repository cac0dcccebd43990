package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool retry}. */
@Command(
        name = "retry",
        description = {
            "Lets a node pool take a host back that has failed, once it is well again.",
            "One that is a node is verified once more; another one leaves its cluster, as far as it has not, and is a spare"
                    + " then. Returns when that is noted.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # what went wrong",
            "  keelson pool history workers --host w-7",
            "  keelson pool retry workers w-7",
        })
final class PoolRetryCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "NAME", description = "The node pool.")
    String name = "";

    @Parameters(index = "1", paramLabel = "HOST", description = "The host that has failed.")
    String host = "";

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            client.pools().retry(name, host);
        }
        Terminal.of(spec).out().println("host/" + host + " is tried again by nodepool/" + name);
        return 0;
    }
}
