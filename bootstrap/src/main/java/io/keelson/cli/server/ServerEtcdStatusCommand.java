package io.keelson.cli.server;

import io.keelson.agent.host.LinuxHost;
import io.keelson.cli.client.EtcdCalls;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.cli.keeper.KeeperReport;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.StatusOutput;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdStatus;
import io.keelson.proto.agent.v1.EtcdUpkeep;
import io.keelson.proto.keeper.v1.KeptEtcd;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson server etcd status}. */
@Command(
        name = "status",
        description = {
            "Shows how the control server's own etcd is, as its keeper on this host last saw it.",
            "What is wrong goes to standard error; the exit status is 0 also then.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server etcd status", "  keelson server etcd status -o json"})
final class ServerEtcdStatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    StatusOutput output = new StatusOutput();

    @Override
    public Integer call() {
        KeptEtcd kept;
        try (var host = new LinuxHost()) {
            kept = KeeperReport.read(host, KeeperFiles.STANDARD.report());
        }
        var terminal = Terminal.of(spec);
        var fields = fields(kept, Instant.now());
        output.write(
                terminal.out(),
                fields,
                out -> fields.forEach((name, value) -> out.printf("%-18s%s%n", name + ":", value)));
        terminal.out().flush();
        if (kept.hasProblem()) {
            terminal.show(EtcdCalls.problems(kept));
        }
        return 0;
    }

    static Map<String, Object> fields(KeptEtcd kept, Instant now) {
        var report = kept.getReport();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("server", kept.getServer());
        fields.put(
                "seen", DurationText.of(Duration.between(Instant.ofEpochMilli(kept.getWrittenMillis()), now)) + " ago");
        fields.put("healthy", report.hasStatus() && carries(report.getStatus()));
        if (report.hasStatus()) {
            var status = report.getStatus();
            fields.put("version", status.getVersion());
            fields.put("role", plain(status.getRole().name(), "ETCD_ROLE_"));
            fields.put("revision", status.getRevision());
            fields.put("dbBytes", status.getDbBytes());
            fields.put("dbInUseBytes", status.getDbInUseBytes());
            fields.put("alarms", alarms(status.getAlarmsList()));
        }
        if (report.hasSpace()) {
            fields.put("quotaBytes", report.getSpace().getQuotaBytes());
        }
        fields.put("incarnation", report.getIncarnation() + " of " + kept.getOrderedIncarnation());
        fields.put("defragmentations", done(report.getUpkeep()) + " of " + done(kept.getOrderedUpkeep()));
        fields.put("atRest", kept.getObeyed() && !kept.hasProblem());
        return fields;
    }

    private static boolean carries(EtcdStatus status) {
        return status.getQuorum()
                && status.getRole() != EtcdRole.ETCD_ROLE_LEARNER
                && !status.getAlarmsList().contains(EtcdAlarm.ETCD_ALARM_CORRUPT);
    }

    private static int done(EtcdUpkeep upkeep) {
        return upkeep.getDefragmentation();
    }

    private static String alarms(List<EtcdAlarm> alarms) {
        return alarms.isEmpty()
                ? "none"
                : String.join(
                        ",",
                        alarms.stream()
                                .map(alarm -> plain(alarm.name(), "ETCD_ALARM_").toUpperCase(Locale.ROOT))
                                .toList());
    }

    private static String plain(String name, String prefix) {
        return name.replace(prefix, "").toLowerCase(Locale.ROOT);
    }
}
