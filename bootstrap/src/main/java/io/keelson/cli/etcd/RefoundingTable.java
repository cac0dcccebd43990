package io.keelson.cli.etcd;

import io.keelson.cli.client.EtcdCalls;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.agent.v1.EtcdDisk;
import io.keelson.proto.operator.v1.EtcdRemains;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows what beginning a cluster's etcd anew would mean: what is there, what may be lost, and from where there is no way back. */
final class RefoundingTable {
    private static final List<String> HEADERS =
            List.of("HOST", "CONNECTED", "LAST-SEEN", "TERM", "ENTRY", "MAJORITY-TO", "REVISION", "HASH", "PART");

    /** By which the agent raises them, each time anew. */
    private static final long BUMP = 1_000_000_000;

    private RefoundingTable() {}

    /** @param confirmation the command that does it */
    static void write(PrintWriter out, String cluster, RefoundEtcdResponse plan, String confirmation, Instant now) {
        out.println("Nothing was done yet. etcd of cluster " + cluster + " would begin anew, number " + plan.getNumber()
                + ", on host " + plan.getFounder() + " with " + origin(plan) + ".");
        out.println();
        hosts(out, plan, now);
        out.println();
        losses(out, plan);
        out.println();
        out.println("From here on there is no way back:");
        out.println(
                "  1. Members of before are stopped, on every host as soon as it hears of it. A host that is away now must"
                        + " not be started without reaching the control server.");
        out.println("  2. " + plan.getFounder()
                + " begins a new cluster. Its data of before stay in /var/lib/etcd/before-" + plan.getNumber() + ".");
        if (plan.getHostsCount() > 1) {
            out.println("  3. " + others(plan)
                    + " become new members, one after the other; their data of before are removed then.");
        }
        out.println("Revisions go on " + String.format(Locale.ROOT, "%,d", BUMP * plan.getNumber())
                + " higher and all before is compacted, so that clients read anew.");
        out.println();
        out.println("To do that, and nothing else:");
        out.println("  " + confirmation);
        out.flush();
    }

    private static void hosts(PrintWriter out, RefoundEtcdResponse plan, Instant now) {
        var table = new TextTable(HEADERS);
        plan.getHostsList().forEach(host -> table.row(row(plan, host, now)));
        table.write(out, "");
        EtcdCalls.unknown(plan.getHostsList()).forEach(problem -> out.println(problem.code() + ": " + problem.what()));
    }

    private static List<String> row(RefoundEtcdResponse plan, EtcdRemains host, Instant now) {
        var disk = host.getDisk();
        boolean known = disk.getPresent();
        return List.of(
                host.getHost(),
                host.getConnected() ? "True" : "False",
                host.getLastSeenMillis() == 0
                        ? ""
                        : DurationText.of(Duration.between(Instant.ofEpochMilli(host.getLastSeenMillis()), now)),
                known ? Long.toString(disk.getTerm()) : "",
                known ? Long.toString(disk.getIndex()) : host.hasProblem() ? "unknown" : "none",
                known ? Long.toString(disk.getCommit()) : "",
                known && disk.getRevision() > 0 ? Long.toString(disk.getRevision()) : "",
                known && disk.getRevision() > 0 ? "%08x".formatted(disk.getHash()) : "",
                host.getHost().equals(plan.getFounder()) ? "begins" : "joins");
    }

    private static String origin(RefoundEtcdResponse plan) {
        return plan.hasSnapshot()
                ? "snapshot " + plan.getSnapshot().getSnapshot().getId() + ", taken "
                        + Instant.ofEpochMilli(plan.getSnapshot().getSnapshot().getTakenMillis())
                        + " at revision " + plan.getSnapshot().getSnapshot().getRevision()
                : "all that its disk holds";
    }

    private static void losses(PrintWriter out, RefoundEtcdResponse plan) {
        if (plan.hasSnapshot()) {
            out.println("Lost is all that was written after "
                    + Instant.ofEpochMilli(plan.getSnapshot().getSnapshot().getTakenMillis()) + ".");
            plan.getHostsList().stream()
                    .filter(host -> host.getDisk().getPresent())
                    .findFirst()
                    .ifPresent(host -> out.println("The disk of " + host.getHost()
                            + " may hold more than the snapshot: see keelson etcd recover --help."));
            return;
        }
        var kept = founder(plan);
        out.println("Kept is every entry up to " + kept.getIndex() + " of term " + kept.getTerm()
                + ", also those that were not known to be with a majority yet.");
        out.println("Lost is what was acknowledged without the disk of " + plan.getFounder()
                + ": at most what the members that are gone wrote after that entry.");
        for (var host : plan.getHostsList()) {
            if (!host.getDisk().getPresent() && host.getLastIndex() > kept.getIndex()) {
                out.println("  " + host.getHost() + " said last that it had entry " + host.getLastIndex() + ": "
                        + (host.getLastIndex() - kept.getIndex()) + " entries at least are lost.");
            }
        }
        var silent = plan.getHostsList().stream()
                .filter(host -> !host.getConnected())
                .map(EtcdRemains::getHost)
                .collect(Collectors.joining(", "));
        if (!silent.isEmpty()) {
            out.println("If the disk of " + silent
                    + " is whole, start that host instead: with a majority of disks nothing" + " is lost.");
        }
    }

    private static EtcdDisk founder(RefoundEtcdResponse plan) {
        return plan.getHostsList().stream()
                .filter(host -> host.getHost().equals(plan.getFounder()))
                .findFirst()
                .map(EtcdRemains::getDisk)
                .orElse(EtcdDisk.getDefaultInstance());
    }

    private static String others(RefoundEtcdResponse plan) {
        return plan.getHostsList().stream()
                .map(EtcdRemains::getHost)
                .filter(host -> !host.equals(plan.getFounder()))
                .collect(Collectors.joining(" and "));
    }
}
