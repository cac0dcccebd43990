package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson server authority rotate}. */
@Command(
        name = "rotate",
        description = {
            "Begins to replace the authority that signs servers and hosts; the servers carry it on.",
            "Hosts learn of the new one first; then it signs, and servers and hosts get new certificates"
                    + " without a restart; at the earliest a day later, and not before the last host has one,"
                    + " the old one is dropped. A host that is away keeps the old one until it is back or"
                    + " is revoked. Refused while a rotation is under way.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson server authority rotate",
            "  # see how far it is",
            "  keelson server authority status",
            "  # on every operator's machine, before the old one is dropped",
            "  keelson server authority trust",
        })
final class AuthorityRotateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var answer = client.rotateHostAuthority();
            AuthorityTable.write(Terminal.of(spec).out(), answer);
        }
        Terminal.of(spec).say("Let every operator run 'keelson server authority trust' before the old one is dropped.");
        return 0;
    }
}
