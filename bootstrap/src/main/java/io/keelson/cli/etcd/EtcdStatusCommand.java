package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.EtcdCalls;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd status}. */
@Command(
        name = "status",
        description = {
            "Shows the etcd members of clusters, as their hosts last told of them; where all are shown, also the control"
                    + " server's own, as (server).",
            "HEALTHY is True for a member that has a vote and is part of the majority, with sound data, and Unknown"
                    + " where the host has not said lately. LAG counts the entries of the log by which a member was"
                    + " behind the leader when each of them last told; they tell every few minutes.",
            "Below the table stands how old the newest snapshot of each cluster is, and when one was last restored.",
            "What is wrong goes to standard error; the exit status is 0 also then.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd status",
            "  # one cluster, with ids, terms and incarnations",
            "  keelson etcd status prod -o wide",
            "  # for a script",
            "  keelson etcd status prod -o json",
        })
final class EtcdStatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(
            index = "0",
            arity = "0..1",
            defaultValue = "",
            paramLabel = "CLUSTER",
            description = "Only this one. Default: all.")
    String cluster = "";

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json, yaml or name. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        EtcdStatusResponse status;
        try (var client = connection.open()) {
            status = client.etcd().status(cluster);
        }
        var out = terminal.out();
        switch (format) {
            case table -> EtcdTable.write(out, status, false, Instant.now());
            case wide -> EtcdTable.write(out, status, true, Instant.now());
            case json -> out.print(StructuredText.json(StructuredText.tree(EtcdFields.of(status))));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(EtcdFields.of(status))));
            case name ->
                status.getClustersList()
                        .forEach(each ->
                                each.getMembersList().forEach(member -> out.println("host/" + member.getHost())));
        }
        if (format == OutputFormat.table || format == OutputFormat.wide) {
            status.getClustersList()
                    .forEach(each -> snapshots(each, Instant.now()).ifPresent(out::println));
            if (status.hasServer()) {
                snapshots(status.getServer(), Instant.now()).ifPresent(out::println);
            }
        }
        out.flush();
        if (format == OutputFormat.table || format == OutputFormat.wide) {
            status.getClustersList().forEach(each -> warn(terminal, each));
            if (status.hasServer()) {
                warnOfServer(terminal, status.getServer());
            }
        }
        return 0;
    }

    /** One line of a cluster of which there are any. */
    private static Optional<String> snapshots(EtcdCluster cluster, Instant now) {
        if (cluster.getNewestSnapshotMillis() == 0) {
            return Optional.empty();
        }
        return Optional.of("snapshots of " + cluster.getName() + ": newest "
                + age(cluster.getNewestSnapshotMillis(), now) + " old, last proven restore "
                + (cluster.getProvenMillis() == 0 ? "never" : age(cluster.getProvenMillis(), now) + " ago"));
    }

    private static String age(long millis, Instant now) {
        return DurationText.of(Duration.between(Instant.ofEpochMilli(millis), now));
    }

    private static void warn(Terminal terminal, EtcdCluster cluster) {
        if (cluster.getCarrying() < cluster.getSize()) {
            terminal.say("cluster " + cluster.getName() + ": " + cluster.getCarrying() + " of " + cluster.getSize()
                    + " members carry the quorum, which needs " + cluster.getQuorum() + consequence(cluster));
            cluster.getMembersList().stream()
                    .filter(member -> !member.getHealthy())
                    .findFirst()
                    .ifPresent(member -> terminal.say("  next: keelson describe host " + member.getHost()));
        }
        for (EtcdMember member : cluster.getMembersList()) {
            if (member.getOrderedIncarnation() > member.getReportedIncarnation()
                    && member.getReportedIncarnation() > 0) {
                terminal.say("the member on host " + member.getHost() + " is to be made anew; its host has not done so"
                        + " yet");
            }
        }
        differing(cluster).forEach(terminal::say);
        busy(terminal, cluster);
        room(terminal, cluster);
        cluster.getMembersList().stream()
                .filter(EtcdMember::getSlow)
                .forEach(member -> terminal.say("the member on host " + member.getHost()
                        + " is slow (see -o wide); it should not lead, and is not let while another one is not slow"));
        terminal.show(EtcdCalls.problems(cluster.getMembersList()));
        terminal.show(EtcdCalls.snapshotProblems(cluster));
    }

    /** Its keeper is a service on the server's host, and its keys are no cluster's. */
    private static void warnOfServer(Terminal terminal, EtcdCluster server) {
        if (server.getCarrying() < server.getSize()) {
            terminal.say("the control server's own etcd is not known to be sound");
            terminal.say("  next: on the server's host, systemctl status keelson-etcd keelson-etcd-keeper");
        }
        busy(terminal, server);
        server.getMembersList().stream()
                .filter(EtcdMember::getScarce)
                .forEach(member -> little(terminal, "the control server's own etcd", member));
        terminal.show(EtcdCalls.problems(server.getMembersList()));
        terminal.show(EtcdCalls.snapshotProblems(server));
    }

    private static void busy(Terminal terminal, EtcdCluster cluster) {
        cluster.getMembersList().stream()
                .filter(EtcdStatusCommand::isBusy)
                .forEach(member -> terminal.say("the member on host " + member.getHost()
                        + " is permitted upkeep (defragmentation, leadership) and has not done all of it yet"));
    }

    private static void room(Terminal terminal, EtcdCluster cluster) {
        cluster.getMembersList().stream()
                .filter(EtcdMember::getScarce)
                .findFirst()
                .ifPresent(member -> {
                    little(terminal, "the database of cluster " + cluster.getName(), member);
                    terminal.say("  next: keelson etcd who-ate-my-etcd " + cluster.getName());
                });
    }

    private static void little(Terminal terminal, String database, EtcdMember member) {
        terminal.say(database + " has little room: " + EtcdTable.mebibytes(member.getDbInUseBytes()) + " of "
                + EtcdTable.mebibytes(member.getSpace().getQuotaBytes()) + " are in use"
                + (member.hasSecondsUntilFull()
                        ? ", all of it in " + EtcdTable.days(member.getSecondsUntilFull()) + " if it goes on like that"
                        : ""));
    }

    /** While etcd says that data differ; it does not say whose. */
    private static List<String> differing(EtcdCluster cluster) {
        return cluster.getMembersList().stream()
                .filter(member -> member.getAlarmsList().contains(EtcdAlarm.ETCD_ALARM_CORRUPT))
                .findFirst()
                .map(member -> List.of(
                        "cluster " + cluster.getName()
                                + " takes no writes: the data of its members differ (CORRUPT); the"
                                + " host whose data differ from a majority's takes its member out",
                        "  next: keelson events host " + suspect(cluster).orElse(member.getHost())))
                .orElse(List.of());
    }

    private static Optional<String> suspect(EtcdCluster cluster) {
        return cluster.getMembersList().stream()
                .filter(member -> member.getProblem().getCode().startsWith("ETCD_DATA_"))
                .map(EtcdMember::getHost)
                .findFirst();
    }

    private static boolean isBusy(EtcdMember member) {
        return member.hasDoneUpkeep()
                && (member.getOrderedUpkeep().getDefragmentation()
                                > member.getDoneUpkeep().getDefragmentation()
                        || member.getOrderedUpkeep().getLeadership()
                                > member.getDoneUpkeep().getLeadership());
    }

    private static String consequence(EtcdCluster cluster) {
        if (cluster.getCarrying() > cluster.getQuorum()) {
            return "";
        }
        return cluster.getCarrying() == cluster.getQuorum()
                ? ": without one more of them nothing is written"
                : ": as far as is known nothing is written";
    }
}
