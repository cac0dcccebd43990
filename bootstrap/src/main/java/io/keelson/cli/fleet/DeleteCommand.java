package io.keelson.cli.fleet;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson delete}. */
@Command(
        name = "delete",
        description = "Deletes a resource.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson delete cluster prod",
            "  # and wait until it is gone",
            "  keelson wait cluster/prod --for=delete",
        })
public final class DeleteCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "KIND", description = "host, cluster or bundle.")
    @SuppressWarnings("NullAway.Init")
    String kind;

    @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            client.delete(kind, name);
        }
        Terminal.of(spec).out().println(new Target(kind, name) + " deleted");
        return 0;
    }
}
