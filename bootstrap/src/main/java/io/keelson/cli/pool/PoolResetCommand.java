package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool reset}. */
@Command(
        name = "reset",
        description = {
            "Lets a host that has failed leave its cluster as it is, and be a spare of its node pool then.",
            "The pods that still run on it are not moved before; they end with it. Returns when that is noted.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # what still runs there",
            "  kubectl get pods --all-namespaces --field-selector spec.nodeName=w-7",
            "  keelson pool reset workers w-7",
        })
final class PoolResetCommand implements Callable<Integer> {
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
            client.pools().reset(name, host);
        }
        Terminal.of(spec)
                .out()
                .println("host/" + host + " leaves as it is, and is a spare of nodepool/" + name + " then");
        return 0;
    }
}
