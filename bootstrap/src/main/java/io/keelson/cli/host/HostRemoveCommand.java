package io.keelson.cli.host;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson host remove}. */
@Command(
        name = "remove",
        description = {
            "Takes a host out for good without needing it: for a machine that is dead, or will never come back.",
            "It is revoked, its place in its cluster is given up as if it had left, the Node object is deleted as soon as"
                    + " the cluster's API answers, and the host is forgotten. There is no way back: a machine that"
                    + " does come back is let in no more, and what runs on it goes on running until it is installed anew.",
            "Refused while a declaration names the host, for a host that holds a member of etcd, and for a node whose"
                    + " agent is connected. There is no option that overrules this: take the host out of the"
                    + " declaration, and switch it off.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # what would happen",
            "  keelson host remove w-7 --dry-run",
            "  keelson host remove w-7",
            "  keelson wait host/w-7 --for=delete",
        })
final class HostRemoveCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Option(names = "--dry-run", description = "Only say what would happen.")
    boolean dryRun;

    @Parameters(index = "0", paramLabel = "NAME", description = "The host.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            Steps.write(
                    Terminal.of(spec).out(),
                    name,
                    "removed",
                    dryRun,
                    client.hosts().remove(name, dryRun));
        }
        return 0;
    }
}
