package io.keelson.server.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The stored form of {@link RegisteredCluster}, version 1. */
record StoredCluster(
        String bundle,
        String pods,
        String services,
        String dnsDomain,
        List<String> controlPlane,
        List<Pool> pools,
        long snapshotEverySeconds,
        int snapshotKeep,
        long snapshotProveSeconds,
        long snapshotsAsked,
        long createdMillis,
        long generation,
        boolean removing,
        List<Upkeep> upkeep,
        List<Refounded> refounding) {
    record Pool(String name, List<String> hosts) {}

    record Upkeep(String host, int defragmentation, int leadership) {
        static Upkeep of(Map.Entry<HostId, EtcdUpkeep> wanted) {
            return new Upkeep(
                    wanted.getKey().value(),
                    wanted.getValue().defragmentation(),
                    wanted.getValue().leadership());
        }
    }

    /** @param snapshot empty where it begins with the founder's disk */
    record Refounded(int number, String founder, String snapshot, String content, List<String> away) {
        static Refounded of(RequestedRefounding asked) {
            var away = asked.away().stream().map(HostId::value).sorted().toList();
            return switch (asked.origin()) {
                case Refounding.Origin.Disk _ ->
                    new Refounded(asked.number(), asked.founder().value(), "", "", away);
                case Refounding.Origin.Snapshot(var id, var content) ->
                    new Refounded(asked.number(), asked.founder().value(), id, content.hex(), away);
            };
        }

        RequestedRefounding toDomain() {
            return new RequestedRefounding(
                    number,
                    new HostId(founder),
                    snapshot.isEmpty()
                            ? new Refounding.Origin.Disk()
                            : new Refounding.Origin.Snapshot(snapshot, new Digest(content)),
                    away.stream().map(HostId::new).collect(Collectors.toSet()));
        }
    }

    static StoredCluster read(Entry entry) {
        return Json.read(entry, StoredCluster.class, StoredCluster::complete);
    }

    /** Before operators could ask for upkeep, nobody had, nor had an etcd begun anew; before snapshots, the cluster was to have the usual ones. */
    private static void complete(ObjectNode body) {
        if (!body.has("upkeep")) {
            body.putArray("upkeep");
        }
        if (!body.has("refounding")) {
            body.putArray("refounding");
        }
        if (!body.has("snapshotEverySeconds")) {
            body.put("snapshotEverySeconds", SnapshotPolicy.STANDARD.every().toSeconds())
                    .put("snapshotKeep", SnapshotPolicy.STANDARD.keep())
                    .put("snapshotProveSeconds", SnapshotPolicy.STANDARD.prove().toSeconds())
                    .put("snapshotsAsked", 0);
        }
    }

    static StoredCluster of(RegisteredCluster cluster) {
        var spec = cluster.spec();
        return new StoredCluster(
                spec.bundle().value(),
                spec.network().pods().toString(),
                spec.network().services().toString(),
                spec.network().dnsDomain(),
                ids(spec.controlPlane()),
                spec.pools().stream()
                        .map(pool -> new Pool(pool.name().value(), ids(pool.hosts())))
                        .toList(),
                spec.snapshots().every().toSeconds(),
                spec.snapshots().keep(),
                spec.snapshots().prove().toSeconds(),
                cluster.snapshotsAsked(),
                cluster.created().toEpochMilli(),
                cluster.generation(),
                cluster.removing(),
                cluster.upkeep().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(Upkeep::of)
                        .toList(),
                cluster.refounding().map(Refounded::of).stream().toList());
    }

    RegisteredCluster toDomain(ClusterName name, long version) {
        var spec = new ClusterSpec(
                name,
                new BundleName(bundle),
                new ClusterNetwork(Cidr.parse(pods), Cidr.parse(services), dnsDomain),
                hosts(controlPlane),
                pools.stream()
                        .map(pool -> new ClusterSpec.Pool(new PoolName(pool.name()), hosts(pool.hosts())))
                        .toList(),
                new SnapshotPolicy(
                        Duration.ofSeconds(snapshotEverySeconds),
                        snapshotKeep,
                        Duration.ofSeconds(snapshotProveSeconds)));
        return new RegisteredCluster(
                spec,
                Instant.ofEpochMilli(createdMillis),
                generation,
                removing,
                upkeepByHost(),
                snapshotsAsked,
                refounding.stream().findFirst().map(Refounded::toDomain),
                version);
    }

    private Map<HostId, EtcdUpkeep> upkeepByHost() {
        return upkeep.stream()
                .collect(Collectors.toMap(
                        each -> new HostId(each.host()),
                        each -> new EtcdUpkeep(each.defragmentation(), each.leadership())));
    }

    private static List<String> ids(List<HostId> hosts) {
        return hosts.stream().map(HostId::value).toList();
    }

    private static List<HostId> hosts(List<String> ids) {
        return ids.stream().map(HostId::new).toList();
    }
}
