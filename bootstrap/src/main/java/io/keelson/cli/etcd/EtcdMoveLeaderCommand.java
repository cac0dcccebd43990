package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.EtcdMember;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd move-leader}. */
@Command(
        name = "move-leader",
        description = {
            "Gives the leadership of a cluster's etcd to another member, such as before work on the leader's host.",
            "The server permits it when all members are sound; no write is lost, those under way may wait for a"
                    + " moment. Ending this command ends the wait, not what was asked for.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # to the member that is furthest",
            "  keelson etcd move-leader prod",
            "  keelson etcd move-leader prod --to cp-b",
        })
final class EtcdMoveLeaderCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    UpkeepOptions options = new UpkeepOptions();

    @Parameters(index = "0", paramLabel = "CLUSTER", description = "The cluster.")
    @SuppressWarnings("NullAway.Init")
    String cluster;

    @Option(
            names = "--to",
            defaultValue = "",
            paramLabel = "HOST",
            description = "The host whose member is to lead. Default: the one that is furthest.")
    String to = "";

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        try (var client = connection.open()) {
            var status = UpkeepPlan.only(client.etcd().status(cluster));
            var plan = UpkeepPlan.lead(status, to);
            var next = plan.members().getFirst();
            if (UpkeepPlan.leads(next)) {
                terminal.out().println("host/" + next.getHost() + " leads already");
                return 0;
            }
            if (options.dryRun) {
                terminal.out()
                        .println("cluster " + cluster + ": the leadership goes from " + leader(plan) + " to "
                                + next.getHost() + ", while all " + status.getSize() + " members are sound ("
                                + status.getCarrying() + " are)");
                return 0;
            }
            client.etcd().askUpkeep(cluster, plan.wanted());
            if (!options.noWait) {
                new UpkeepWaiting(client, terminal, options.timeout).await(plan, (wanted, now) -> {});
            }
            terminal.out().println("host/" + next.getHost() + (options.noWait ? " asked to lead" : " leads"));
        }
        return 0;
    }

    private static String leader(UpkeepPlan plan) {
        return plan.cluster().getMembersList().stream()
                .filter(UpkeepPlan::leads)
                .map(EtcdMember::getHost)
                .findFirst()
                .orElse("nobody");
    }
}
