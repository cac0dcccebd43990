package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd recover}. */
@Command(
        name = "recover",
        description = {
            "Begins a cluster's etcd anew, of the disk that has the most, after a majority of the members' disks is gone.",
            "Without --confirm it shows what is left on which host, what would be kept and what may be lost, and does"
                    + " nothing. As long as a majority of the disks is there it refuses: their hosts, started or installed"
                    + " anew, lose nothing.",
            "Ending this command ends the wait, not what was confirmed.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd recover prod",
            "  # the plan that was shown",
            "  keelson etcd recover prod --confirm 3f2a91c04b7d",
        })
final class EtcdRecoverCommand implements Callable<Integer> {
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

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var request = RefoundEtcdRequest.newBuilder().setCluster(cluster).build();
            options.run(client, Terminal.of(spec), request, "keelson etcd recover " + cluster);
        }
        return 0;
    }
}
