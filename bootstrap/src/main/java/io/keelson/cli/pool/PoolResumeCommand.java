package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool resume}. */
@Command(
        name = "resume",
        description = {
            "Lets a node pool go on that was paused or cancelled.",
            "Nodes that could not be emptied are tried again at once; so it is also of use for a pool that holds because of"
                    + " them.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson pool resume workers",
        })
final class PoolResumeCommand implements Callable<Integer> {
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
            changed = client.pools().resume(name);
        }
        Terminal.of(spec)
                .out()
                .println("nodepool/" + name
                        + (changed ? " resumed" : " was not paused; nodes that could not be emptied are tried again"));
        return 0;
    }
}
