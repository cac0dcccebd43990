package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.StatusOutput;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson server authority status}. */
@Command(
        name = "status",
        description = "Shows the authorities that sign servers and hosts, and what a rotation waits for.",
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server authority status", "  keelson server authority status -o json"})
final class AuthorityStatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    StatusOutput output = new StatusOutput();

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var answer = client.hostAuthority();
            output.write(
                    Terminal.of(spec).out(), AuthorityTable.plain(answer), out -> AuthorityTable.write(out, answer));
        }
        return 0;
    }
}
