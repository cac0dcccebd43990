package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.operator.v1.EtcdMember;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd defrag}. */
@Command(
        name = "defrag",
        description = {
            "Defragments the databases of etcd members, one after the other, so that their files shrink.",
            "The server permits the next one when all members are sound; each host asks the others itself before it"
                    + " begins. The leader comes last and hands its leadership over first. Clients of a"
                    + " member are kept away meanwhile, and go to the other ones. Where it pays (45 %% and 100 MiB of"
                    + " a file), it is done without being asked for.",
            "Ending this command ends the wait, not what was asked for.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # what would come of it",
            "  keelson etcd defrag prod --dry-run",
            "  keelson etcd defrag prod",
            "  # one member",
            "  keelson etcd defrag prod cp-b",
        })
final class EtcdDefragCommand implements Callable<Integer> {
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

    @Parameters(index = "1..*", paramLabel = "HOST", description = "Hosts whose members are meant. Default: all.")
    List<String> hosts = List.of();

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        try (var client = connection.open()) {
            var plan = UpkeepPlan.defragment(UpkeepPlan.only(client.etcd().status(cluster)), hosts);
            if (options.dryRun) {
                show(terminal.out(), plan);
                return 0;
            }
            client.etcd().askUpkeep(cluster, plan.wanted());
            if (options.noWait) {
                terminal.out().println("cluster/" + cluster + " defragmentation asked for");
                return 0;
            }
            var failed = new ArrayList<String>();
            new UpkeepWaiting(client, terminal, options.timeout).await(plan, (wanted, now) -> {
                if (hasFailed(now)) {
                    failed.add(wanted.getHost());
                }
                terminal.out()
                        .println("host/" + wanted.getHost()
                                + came(UpkeepPlan.member(plan.cluster(), wanted.getHost()), now));
                terminal.out().flush();
            });
            return failed.isEmpty() ? 0 : 1;
        }
    }

    /** One that its host could not do counts as done, and is told as its problem for as long as that lasts. */
    private static boolean hasFailed(EtcdMember now) {
        return now.getProblem().getCode().equals(ProblemCode.ETCD_CALL_FAILED.name());
    }

    private static String came(EtcdMember before, EtcdMember now) {
        return hasFailed(now)
                ? " not defragmented: " + now.getProblem().getWhat()
                : " defragmented: " + EtcdTable.mebibytes(before.getDbBytes()) + " -> "
                        + EtcdTable.mebibytes(now.getDbBytes());
    }

    private static void show(PrintWriter out, UpkeepPlan plan) {
        out.println("cluster " + plan.cluster().getName() + ": one after the other, while all "
                + plan.cluster().getSize() + " members are sound ("
                + plan.cluster().getCarrying() + " are)");
        var table = new TextTable(List.of("HOST", "ROLE", "DB", "IN-USE", "COMES-BACK", "FIRST"));
        for (EtcdMember member : plan.members()) {
            table.row(List.of(
                    member.getHost(),
                    EtcdTable.role(member),
                    EtcdTable.mebibytes(member.getDbBytes()),
                    EtcdTable.mebibytes(member.getDbInUseBytes()),
                    EtcdTable.mebibytes(Math.max(0, member.getDbBytes() - member.getDbInUseBytes())),
                    UpkeepPlan.leads(member) ? "hands the leadership over" : ""));
        }
        table.write(out, "");
        out.println("Nothing of it cannot be undone: a member that is killed meanwhile comes back with its old file.");
        out.flush();
    }
}
