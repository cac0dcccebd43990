package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd snapshot take}. */
@Command(
        name = "take",
        description = {
            "Asks for a snapshot of a cluster's etcd out of turn.",
            "The server asks one sound member for it, not the leader where there is another; the command does not wait"
                    + " for it. While no member is sound the request waits.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson etcd snapshot take prod", "  keelson etcd snapshot list prod"})
final class SnapshotTakeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name of the cluster.")
    @SuppressWarnings("NullAway.Init")
    String cluster;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            client.snapshots().take(cluster);
        }
        var terminal = Terminal.of(spec);
        terminal.out().println("cluster/" + cluster + " snapshot asked for");
        terminal.out().flush();
        terminal.say("see it come with: keelson etcd snapshot list " + cluster);
        return 0;
    }
}
