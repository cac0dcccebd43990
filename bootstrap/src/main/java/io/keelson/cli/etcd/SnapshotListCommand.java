package io.keelson.cli.etcd;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.StoredEtcdSnapshot;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson etcd snapshot list}. */
@Command(
        name = "list",
        description = {
            "Lists the snapshots of a cluster's etcd that the server has, newest first.",
            "PROVEN is True for one that was restored in a sandbox and held what its member had, False where that went"
                    + " wrong, and Unknown where it was not tried.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd snapshot list prod",
            "  # with sizes and hashes",
            "  keelson etcd snapshot list prod -o wide",
            "  # for a script",
            "  keelson etcd snapshot list prod -o json",
        })
final class SnapshotListCommand implements Callable<Integer> {
    private static final List<String> HEADERS = List.of("ID", "AGE", "HOST", "REVISION", "KEYS", "SIZE", "PROVEN");
    private static final List<String> WIDE = List.of("HANDED-IN", "COPIED", "SHA256");
    private static final double MIB = 1 << 20;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name of the cluster.")
    @SuppressWarnings("NullAway.Init")
    String cluster;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json, yaml or name. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        List<StoredEtcdSnapshot> snapshots;
        try (var client = connection.open()) {
            snapshots = client.snapshots().list(cluster);
        }
        var out = Terminal.of(spec).out();
        switch (format) {
            case table -> table(out, snapshots, false, Instant.now());
            case wide -> table(out, snapshots, true, Instant.now());
            case json -> out.print(StructuredText.json(StructuredText.tree(fields(snapshots))));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(fields(snapshots))));
            case name ->
                snapshots.forEach(each -> out.println(each.getSnapshot().getId()));
        }
        out.flush();
        return 0;
    }

    private static void table(PrintWriter out, List<StoredEtcdSnapshot> snapshots, boolean wide, Instant now) {
        var headers = new ArrayList<>(HEADERS);
        if (wide) {
            headers.addAll(WIDE);
        }
        var table = new TextTable(headers);
        for (var stored : snapshots) {
            var snapshot = stored.getSnapshot();
            var row = new ArrayList<>(List.of(
                    snapshot.getId(),
                    age(snapshot.getTakenMillis(), now),
                    stored.getHost(),
                    Long.toString(snapshot.getRevision()),
                    Long.toString(snapshot.getKeys()),
                    String.format(Locale.ROOT, "%.1f MiB", snapshot.getBytes() / MIB),
                    proven(stored)));
            if (wide) {
                row.addAll(List.of(
                        age(stored.getHandedInMillis(), now),
                        age(stored.getCopiedMillis(), now),
                        snapshot.getSealed()));
            }
            table.row(row);
        }
        table.write(out, "");
    }

    private static String age(long millis, Instant now) {
        return millis == 0 ? "" : DurationText.of(Duration.between(Instant.ofEpochMilli(millis), now));
    }

    private static String proven(StoredEtcdSnapshot stored) {
        if (stored.getProvenMillis() > 0) {
            return "True";
        }
        return stored.getUnproven().isEmpty() ? "Unknown" : "False";
    }

    private static Map<String, Object> fields(List<StoredEtcdSnapshot> snapshots) {
        return Map.of(
                "snapshots", snapshots.stream().map(SnapshotListCommand::fields).toList());
    }

    private static Map<String, Object> fields(StoredEtcdSnapshot stored) {
        var snapshot = stored.getSnapshot();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", snapshot.getId());
        fields.put("cluster", snapshot.getCluster());
        fields.put("member", snapshot.getMember());
        fields.put("host", stored.getHost());
        fields.put("taken", time(snapshot.getTakenMillis()));
        fields.put("handedIn", time(stored.getHandedInMillis()));
        fields.put("revision", snapshot.getRevision());
        fields.put("compactedRevision", snapshot.getCompacted());
        fields.put("hash", Integer.toUnsignedLong(snapshot.getHash()));
        fields.put("keys", snapshot.getKeys());
        fields.put("bytes", snapshot.getPlainBytes());
        fields.put("sha256", snapshot.getContent());
        fields.put("encryptedBytes", snapshot.getBytes());
        fields.put("encryptedSha256", snapshot.getSealed());
        fields.put("keySha256", snapshot.getKey());
        fields.put("proven", proven(stored));
        if (stored.getProvenMillis() > 0) {
            fields.put("provenAt", time(stored.getProvenMillis()));
        }
        if (stored.getCopiedMillis() > 0) {
            fields.put("copied", time(stored.getCopiedMillis()));
        }
        if (!stored.getUnproven().isEmpty()) {
            fields.put("unproven", stored.getUnproven());
        }
        return fields;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
