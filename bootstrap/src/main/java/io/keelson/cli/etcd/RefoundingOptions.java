package io.keelson.cli.etcd;

import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.agent.v1.EtcdDisk;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdRemains;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What commands have in common that begin a cluster's etcd anew: they show a plan, or do the one that is confirmed. */
final class RefoundingOptions {
    @Option(
            names = "--confirm",
            paramLabel = "PLAN",
            description = "Do it: the plan that this command showed, and only that.")
    String confirm = "";

    @Option(names = "--no-wait", description = "Return when it is confirmed, not when it is done.")
    boolean noWait;

    @Option(
            names = "--timeout",
            defaultValue = "30m",
            paramLabel = "DURATION",
            description = "How long to wait until it is done. Default: 30m.")
    Duration timeout = Duration.ofMinutes(30);

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "Of the plan: table, json or yaml. Default: table.")
    OutputFormat format = OutputFormat.table;

    /** @param again the command without its confirmation */
    void run(OperatorClient client, Terminal terminal, RefoundEtcdRequest request, String again) {
        var plan = client.etcd().refound(request.toBuilder().setConfirm(confirm).build());
        if (!plan.getConfirmed()) {
            var out = terminal.out();
            switch (format) {
                case json -> out.print(StructuredText.json(StructuredText.tree(fields(plan))));
                case yaml -> out.print(StructuredText.yaml(StructuredText.tree(fields(plan))));
                case table, wide, name ->
                    RefoundingTable.write(
                            out, request.getCluster(), plan, again + " --confirm " + plan.getPlan(), Instant.now());
            }
            out.flush();
            return;
        }
        terminal.out().println("cluster/" + request.getCluster() + " etcd begins anew on host " + plan.getFounder());
        terminal.out().flush();
        if (!noWait) {
            var waiting = new EtcdWaiting(client, terminal, timeout);
            waiting.await(request.getCluster(), now -> founder(now, plan));
            terminal.out().println("host/" + plan.getFounder() + " takes writes again");
            terminal.out().flush();
            waiting.await(request.getCluster(), RefoundingOptions::joining);
            terminal.out().println("cluster/" + request.getCluster() + " all members that are there are sound");
            terminal.out().flush();
        }
    }

    private static Optional<String> founder(EtcdCluster now, RefoundEtcdResponse plan) {
        return now.getMembersList().stream()
                .filter(member -> member.getHost().equals(plan.getFounder()) && !member.getHealthy())
                .map(RefoundingOptions::waiting)
                .findFirst();
    }

    /** A host that is away is not waited for. */
    private static Optional<String> joining(EtcdCluster now) {
        return now.getMembersList().stream()
                .filter(member -> member.getConnected() && !member.getHealthy())
                .map(RefoundingOptions::waiting)
                .findFirst();
    }

    private static String waiting(EtcdMember member) {
        return "host " + member.getHost()
                + (member.hasProblem()
                        ? " (" + member.getProblem().getCode() + ": "
                                + member.getProblem().getWhat() + ")"
                        : "");
    }

    private static Map<String, Object> fields(RefoundEtcdResponse plan) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("plan", plan.getPlan());
        fields.put("number", plan.getNumber());
        fields.put("founder", plan.getFounder());
        if (plan.hasSnapshot()) {
            fields.put("snapshot", plan.getSnapshot().getSnapshot().getId());
        }
        fields.put(
                "hosts",
                plan.getHostsList().stream().map(RefoundingOptions::fields).toList());
        return fields;
    }

    private static Map<String, Object> fields(EtcdRemains host) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("host", host.getHost());
        fields.put("connected", host.getConnected());
        if (host.getLastSeenMillis() > 0) {
            fields.put(
                    "lastSeen", Instant.ofEpochMilli(host.getLastSeenMillis()).toString());
        }
        if (host.getLastIndex() > 0) {
            fields.put("lastIndex", host.getLastIndex());
            fields.put("lastRevision", host.getLastRevision());
        }
        if (host.getDisk().getPresent()) {
            fields.put("disk", fields(host.getDisk()));
        }
        if (host.hasProblem()) {
            fields.put(
                    "problem",
                    Map.of(
                            "code",
                            host.getProblem().getCode(),
                            "what",
                            host.getProblem().getWhat()));
        }
        return fields;
    }

    private static Map<String, Object> fields(EtcdDisk disk) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("clusterId", Long.toHexString(disk.getClusterId()));
        fields.put("memberId", Long.toHexString(disk.getMemberId()));
        fields.put("term", disk.getTerm());
        fields.put("index", disk.getIndex());
        fields.put("commit", disk.getCommit());
        fields.put("torn", disk.getTorn());
        if (disk.getRevision() > 0) {
            fields.put("revision", disk.getRevision());
            fields.put("hash", Integer.toUnsignedLong(disk.getHash()));
            fields.put("keys", disk.getKeys());
        }
        return fields;
    }
}
