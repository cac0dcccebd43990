package io.keelson.cli.etcd;

import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table of etcd members; what is not known is an empty cell. */
final class EtcdTable {
    private static final List<String> HEADERS =
            List.of("CLUSTER", "HOST", "ROLE", "HEALTHY", "VERSION", "DB", "IN-USE", "LAG", "ALARMS");
    private static final List<String> WIDE = List.of(
            "MEMBER",
            "TERM",
            "INDEX",
            "REVISION",
            "QUOTA",
            "FULL-IN",
            "FSYNC",
            "APPLY",
            "PEER",
            "INCARNATION",
            "LAST-SEEN");
    private static final double MIB = 1 << 20;

    private EtcdTable() {}

    static void write(PrintWriter out, EtcdStatusResponse status, boolean wide, Instant now) {
        var headers = new ArrayList<>(HEADERS);
        if (wide) {
            headers.addAll(WIDE);
        }
        var table = new TextTable(headers);
        for (var cluster : shown(status)) {
            for (var member : cluster.getMembersList()) {
                var row = new ArrayList<>(cells(cluster, member));
                if (wide) {
                    row.addAll(wideCells(member, now));
                }
                table.row(row);
            }
        }
        table.write(out, "");
    }

    /** The clusters, and the control server's own etcd below them. */
    private static List<EtcdCluster> shown(EtcdStatusResponse status) {
        var shown = new ArrayList<>(status.getClustersList());
        if (status.hasServer()) {
            shown.add(status.getServer());
        }
        return shown;
    }

    private static List<String> cells(EtcdCluster cluster, EtcdMember member) {
        return List.of(
                cluster.getName(),
                member.getHost(),
                role(member),
                healthy(member),
                member.getVersion(),
                answers(member) ? mebibytes(member.getDbBytes()) : "",
                answers(member) ? mebibytes(member.getDbInUseBytes()) : "",
                lag(cluster, member).map(String::valueOf).orElse(""),
                member.getAlarmsList().stream().map(EtcdTable::name).collect(Collectors.joining(",")));
    }

    private static List<String> wideCells(EtcdMember member, Instant now) {
        return List.of(
                member.getMemberId(),
                answers(member) ? Long.toString(member.getTerm()) : "",
                answers(member) ? Long.toString(member.getIndex()) : "",
                answers(member) ? Long.toString(member.getRevision()) : "",
                member.hasSpace() ? mebibytes(member.getSpace().getQuotaBytes()) : "",
                member.hasSecondsUntilFull() ? days(member.getSecondsUntilFull()) : "",
                member.hasPace() ? millis(member.getPace().getFsyncMicros()) : "",
                member.hasPace() ? millis(member.getPace().getApplyMicros()) : "",
                member.hasPace() ? millis(member.getPace().getPeerMicros()) : "",
                incarnation(member),
                member.getLastSeenMillis() == 0
                        ? ""
                        : DurationText.of(Duration.between(Instant.ofEpochMilli(member.getLastSeenMillis()), now)));
    }

    private static String incarnation(EtcdMember member) {
        return member.getOrderedIncarnation() == member.getReportedIncarnation()
                ? Integer.toString(member.getOrderedIncarnation())
                : member.getReportedIncarnation() + " of " + member.getOrderedIncarnation();
    }

    static String role(EtcdMember member) {
        return answers(member) ? plain(member.getRole().name(), "ETCD_ROLE_") : "";
    }

    static String name(EtcdAlarm alarm) {
        return plain(alarm.name(), "ETCD_ALARM_").toUpperCase(Locale.ROOT);
    }

    private static String plain(String name, String prefix) {
        return name.replace(prefix, "").toLowerCase(Locale.ROOT);
    }

    static String healthy(EtcdMember member) {
        if (member.getHealthy()) {
            return "True";
        }
        return member.getCurrent() ? "False" : "Unknown";
    }

    /** How many entries it was behind the leader of the newest term; empty if there is none, or it does not answer. */
    static Optional<Long> lag(EtcdCluster cluster, EtcdMember member) {
        return cluster.getMembersList().stream()
                .filter(each -> each.getRole() == EtcdRole.ETCD_ROLE_LEADER)
                .max(Comparator.comparingLong(EtcdMember::getTerm))
                .filter(leader -> answers(member))
                .map(leader -> Math.max(0, leader.getIndex() - member.getIndex()));
    }

    /** Whether the member answered its agent when that last told of it. */
    static boolean answers(EtcdMember member) {
        return member.getRole() != EtcdRole.ETCD_ROLE_UNSPECIFIED;
    }

    /** A forecast is not known to the second. */
    static String days(long seconds) {
        return seconds < 86_400 ? "<1d" : Math.min(9999, seconds / 86_400) + "d";
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.0fms", micros / 1000.0);
    }

    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
    }
}
