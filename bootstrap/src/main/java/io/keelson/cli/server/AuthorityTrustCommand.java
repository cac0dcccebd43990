package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson server authority trust}. */
@Command(
        name = "trust",
        description = {
            "Lets the context trust the authorities that the server names now, and no others.",
            "They are asked for over a connection that the context trusts already, so that it has to be"
                    + " done while a rotation is under way, before the old authority is dropped.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server authority trust", "  keelson server authority trust --context prod"})
final class AuthorityTrustCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Override
    public Integer call() {
        var context = connection.context();
        String authorities;
        int count;
        try (var client = connection.open()) {
            var answer = client.hostAuthority().getAuthoritiesList();
            count = answer.size();
            authorities = answer.stream()
                    .map(each -> each.getCertificate().toStringUtf8())
                    .collect(Collectors.joining());
        }
        connection.contexts().replace(context.withCa(authorities));
        Terminal.of(spec)
                .out()
                .println("context " + context + " trusts " + count + (count == 1 ? " authority" : " authorities"));
        return 0;
    }
}
