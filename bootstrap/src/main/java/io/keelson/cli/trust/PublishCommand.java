package io.keelson.cli.trust;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Publication;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson trust publish}. */
@Command(
        name = "publish",
        description = {
            "Sends the control server what is published in a repository and it has not got: roots, targets, the floor.",
            "The server checks every signature, and signs snapshot and timestamp. Bundles follow: keelson bundle publish.",
            "Where the context names a root, it has to be one of this repository's, and the newest is named from then on.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson trust publish --repository releases",
        })
final class PublishCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Mixin
    Connection connection = new Connection();

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        var publication = new Publication(repository.open());
        var context = connection.context();
        var root = context.root().map(publication::rootAfter);
        try (var client = connection.open()) {
            var sent = publication.send(client);
            sent.forEach(path -> terminal.out().println(path + " published"));
            terminal.out().flush();
            if (sent.isEmpty()) {
                terminal.say("The server has all of it already.");
            }
            terminal.show(OperatorClient.problems(client.releaseRepository()));
        }
        root.filter(latest -> !context.root().equals(Optional.of(latest))).ifPresent(latest -> {
            connection.contexts().replace(context.withRoot(latest));
            terminal.say("Hosts that join from now on begin with the new root.");
        });
        return 0;
    }
}
