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

/** {@code keelson host reset}. */
@Command(
        name = "reset",
        description = {
            "Tells a host once more to be bare: one that did not come to it, has something left of a cluster of before,"
                    + " or waits to leave and does not come to be empty.",
            "Its agent takes away whatever a node of Keelson's has, as when it left its cluster. What no cluster of"
                    + " Keelson's put there it does not touch. Returns when the host is told, not when it is bare.",
            "Refused while a declaration names the host, for a host that holds a member of etcd, and for a revoked one.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson host reset w-7",
            "  # a worker that no pool names and whose pods do not leave; they are killed",
            "  keelson host reset w-7 --without-draining --dry-run",
        })
final class HostResetCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Option(names = "--dry-run", description = "Only say what would happen.")
    boolean dryRun;

    @Option(
            names = "--without-draining",
            description = "Also if it is a node still: its pods are killed at once, whatever budgets say.")
    boolean withoutDraining;

    @Parameters(index = "0", paramLabel = "NAME", description = "The host.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            Steps.write(
                    Terminal.of(spec).out(),
                    name,
                    "reset",
                    dryRun,
                    client.hosts().reset(name, withoutDraining, dryRun));
        }
        return 0;
    }
}
