package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd restore}. */
@Command(
        name = "restore",
        description = {
            "Begins a cluster's etcd anew, of a snapshot that the server has, after all disks of its members are gone.",
            "Without --confirm it shows what would be lost, and does nothing. The snapshot is decrypted and checked for"
                    + " that already. As long as etcd has its majority it refuses.",
            "Where a disk is left, `keelson etcd recover` keeps more than any snapshot.",
            "Ending this command ends the wait, not what was confirmed.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd snapshot list prod",
            "  keelson etcd restore prod 20260102T030405Z-cp-a",
            "  keelson etcd restore prod 20260102T030405Z-cp-a --confirm 3f2a91c04b7d",
        })
final class EtcdRestoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    RefoundingOptions options = new RefoundingOptions();

    @Parameters(index = "0", paramLabel = "CLUSTER", description = "The cluster.")
    @SuppressWarnings("NullAway.Init")
    String cluster;

    @Parameters(index = "1", paramLabel = "ID", description = "The snapshot, as `snapshot list` names it.")
    @SuppressWarnings("NullAway.Init")
    String id;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "The host whose member begins. Default: the first that is connected.")
    String host = "";

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var request = RefoundEtcdRequest.newBuilder()
                    .setCluster(cluster)
                    .setSnapshot(id)
                    .setHost(host)
                    .build();
            options.run(
                    client,
                    Terminal.of(spec),
                    request,
                    "keelson etcd restore " + cluster + " " + id + (host.isEmpty() ? "" : " --host " + host));
        }
        return 0;
    }
}
