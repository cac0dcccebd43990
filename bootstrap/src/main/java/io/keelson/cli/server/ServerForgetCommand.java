package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson server forget}. */
@Command(
        name = "forget",
        description = {
            "Forgets a server that is gone for good: agents are no longer told of it, keys are rotated without it.",
            "A server that still runs is back within seconds.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server forget ctl-b"})
final class ServerForgetCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "Its name, as 'keelson server secrets status' shows it.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            client.forgetServer(name);
        }
        Terminal.of(spec).out().println("server " + name + " forgotten");
        return 0;
    }
}
