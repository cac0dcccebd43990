package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool pause}. */
@Command(
        name = "pause",
        description = {
            "Lets a node pool begin nothing more.",
            "What it has begun is brought to its end: each of its nodes ends up fully old or fully new. It stays paused, whatever"
                    + " is declared of it, until it is resumed.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson pool pause workers",
            "  # see what is still brought to its end",
            "  keelson pool status workers",
        })
final class PoolPauseCommand implements Callable<Integer> {
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
            changed = client.pools().pause(name);
        }
        Terminal.of(spec).out().println("nodepool/" + name + (changed ? " paused" : " was paused already"));
        return 0;
    }
}
