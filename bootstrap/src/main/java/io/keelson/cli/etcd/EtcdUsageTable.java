package io.keelson.cli.etcd;

import io.keelson.cli.output.TextTable;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What fills etcd, in one screen. */
final class EtcdUsageTable {
    private static final int LONGEST_NAME = 48;

    private final EtcdUsageResponse response;
    private final EtcdUsage usage;
    private final int top;
    private final boolean wide;

    EtcdUsageTable(EtcdUsageResponse response, int top, boolean wide) {
        this.response = response;
        this.usage = response.getUsage();
        this.top = top;
        this.wide = wide;
    }

    void write(PrintWriter out) {
        heading(out);
        bytes(out, "TYPE", usage.getTypes(), "-");
        bytes(out, "NAMESPACE", usage.getNamespaces(), "(no namespace)");
        bytes(out, "OWNER", usage.getOwners(), "(no owner)");
        writes(out);
        if (wide) {
            largest(out);
        }
        plan(out);
    }

    private void heading(PrintWriter out) {
        var alarms = usage.getAlarmsList().stream().map(EtcdTable::name).collect(Collectors.joining(", "));
        long past = Math.max(0, usage.getDbInUseBytes() - usage.getBytes());
        out.println("etcd of cluster " + response.getCluster() + ", as host " + response.getHost() + " has it"
                + (alarms.isEmpty() ? "" : ": " + alarms));
        out.println(
                "  " + usage.getKeys() + " keys, " + size(usage.getBytes()) + "; older versions, deleted keys and the"
                        + " database's own about " + size(past) + "; free "
                        + size(Math.max(0, usage.getDbBytes() - usage.getDbInUseBytes())) + " of "
                        + size(usage.getDbBytes()));
    }

    private void bytes(PrintWriter out, String what, EtcdRanking ranking, String nameless) {
        var headers = new ArrayList<>(List.of(what, "KEYS", "BYTES", "SHARE", "WRITES"));
        if (wide) {
            headers.addAll(List.of("VERSIONS", "WRITTEN"));
        }
        var table = new TextTable(headers);
        var sorted = sorted(ranking, EtcdEater::getBytes);
        sorted.stream().limit(top).forEach(each -> table.row(cells(name(each, nameless), each)));
        var rest = rest(ranking, sorted);
        if (rest.getKeys() > 0 || rest.getWrites() > 0) {
            table.row(cells("(others)", rest));
        }
        out.println();
        table.write(out, "");
    }

    private List<String> cells(String name, EtcdEater each) {
        var row = new ArrayList<>(List.of(
                name,
                Long.toString(each.getKeys()),
                size(each.getBytes()),
                share(each.getBytes(), usage.getBytes()),
                Long.toString(each.getWrites())));
        if (wide) {
            row.add(Long.toString(each.getVersions()));
            row.add(size(each.getWrittenBytes()));
        }
        return row;
    }

    private void writes(PrintWriter out) {
        var history = usage.getHistory();
        if (history.getWrites() == 0) {
            return;
        }
        var table = new TextTable(List.of("MOST WRITES", "WRITES", "SHARE", "WRITTEN"));
        table(table, "", usage.getTypes());
        table(table, "by ", usage.getOwners());
        out.println();
        out.println("Of " + history.getWrites() + " writes, revisions " + history.getFromRevision() + " to "
                + history.getToRevision()
                + (history.getComplete() ? ", all since the last compaction:" : ", the newest ones:"));
        table.write(out, "");
    }

    private void table(TextTable table, String prefix, EtcdRanking ranking) {
        sorted(ranking, EtcdEater::getWrites).stream()
                .filter(each -> each.getWrites() > 0)
                .limit(Math.max(1, (top + 1) / 2))
                .forEach(each -> table.row(List.of(
                        prefix + name(each, "(no owner)"),
                        Long.toString(each.getWrites()),
                        share(each.getWrites(), usage.getHistory().getWrites()),
                        size(each.getWrittenBytes()))));
    }

    private void largest(PrintWriter out) {
        var table = new TextTable(List.of("LARGEST", "NAMESPACE", "NAME", "BYTES"));
        usage.getLargestList().stream()
                .limit(top)
                .forEach(each ->
                        table.row(List.of(each.getType(), each.getNamespace(), each.getName(), size(each.getBytes()))));
        out.println();
        table.write(out, "");
    }

    private void plan(PrintWriter out) {
        if (response.getPlanCount() == 0) {
            return;
        }
        out.println();
        out.println("What a person could delete; nothing is deleted by this command:");
        response.getPlanList().stream().limit(top).forEach(each -> {
            out.println("  " + size(each.getBytes()) + ", " + each.getKeys() + " keys: " + each.getCommand());
            out.println("    breaks: " + each.getBreaks());
        });
        if (response.getPlanCount() > top) {
            out.println("  and " + (response.getPlanCount() - top) + " more: --top, or -o json");
        }
    }

    /** What a person has to know to read the numbers, or to act on them. */
    static List<String> remarks(EtcdUsageResponse response) {
        var usage = response.getUsage();
        var remarks = new ArrayList<String>();
        if (!usage.getComplete()) {
            remarks.add("not all keys were read in time: those that come first by name are counted");
        }
        if (usage.getHistory().getWrites() == 0) {
            remarks.add("no writes were counted: etcd has none since its last compaction, or did not tell in time");
        }
        if (usage.getAlarmsList().contains(EtcdAlarm.ETCD_ALARM_NOSPACE)) {
            remarks.add("etcd is full: it takes deletions, but none that has to write first, such as of a running pod");
            remarks.add("  what is deleted gives room by itself: hosts compact, defragment and take the alarm back");
        }
        return remarks;
    }

    private static List<EtcdEater> sorted(EtcdRanking ranking, ToLongFunction<EtcdEater> by) {
        return ranking.getEatersList().stream()
                .sorted(Comparator.comparingLong(by).reversed())
                .toList();
    }

    private EtcdEater rest(EtcdRanking ranking, List<EtcdEater> sorted) {
        var rest = ranking.getOthers().toBuilder();
        sorted.stream()
                .skip(top)
                .forEach(each -> rest.setKeys(rest.getKeys() + each.getKeys())
                        .setBytes(rest.getBytes() + each.getBytes())
                        .setVersions(rest.getVersions() + each.getVersions())
                        .setWrites(rest.getWrites() + each.getWrites())
                        .setWrittenBytes(rest.getWrittenBytes() + each.getWrittenBytes()));
        return rest.build();
    }

    private String name(EtcdEater each, String nameless) {
        if (each.getName().isEmpty()) {
            return nameless;
        }
        return wide || each.getName().length() <= LONGEST_NAME
                ? each.getName()
                : each.getName().substring(0, LONGEST_NAME - 3) + "...";
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.0f %%", 100.0 * part / whole);
    }

    static String size(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        return bytes < 1 << 20 ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0) : EtcdTable.mebibytes(bytes);
    }
}
