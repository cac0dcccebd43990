package io.keelson.cli.etcd;

import io.keelson.proto.agent.v1.EtcdUpkeep;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The etcd members for programs; what is not known is left out. */
final class EtcdFields {
    private EtcdFields() {}

    static Map<String, Object> of(EtcdStatusResponse status) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put(
                "clusters",
                status.getClustersList().stream().map(EtcdFields::cluster).toList());
        if (status.hasServer()) {
            fields.put("server", cluster(status.getServer()));
        }
        return fields;
    }

    private static Map<String, Object> cluster(EtcdCluster cluster) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", cluster.getName());
        fields.put("size", cluster.getSize());
        fields.put("quorum", cluster.getQuorum());
        fields.put("carrying", cluster.getCarrying());
        time("newestSnapshot", cluster.getNewestSnapshotMillis(), fields);
        time("provenRestore", cluster.getProvenMillis(), fields);
        fields.put(
                "members",
                cluster.getMembersList().stream()
                        .map(member -> member(cluster, member))
                        .toList());
        return fields;
    }

    private static void time(String name, long millis, Map<String, Object> fields) {
        if (millis > 0) {
            fields.put(name, Instant.ofEpochMilli(millis).toString());
        }
    }

    private static Map<String, Object> member(EtcdCluster cluster, EtcdMember member) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("host", member.getHost());
        fields.put("name", member.getName());
        fields.put("connected", member.getConnected());
        fields.put("healthy", EtcdTable.healthy(member));
        fields.put("orderedIncarnation", member.getOrderedIncarnation());
        fields.put("reportedIncarnation", member.getReportedIncarnation());
        fields.put("orderedUpkeep", upkeep(member.getOrderedUpkeep()));
        if (member.hasDoneUpkeep()) {
            fields.put("doneUpkeep", upkeep(member.getDoneUpkeep()));
        }
        if (member.hasSpace()) {
            fields.put("quotaBytes", member.getSpace().getQuotaBytes());
            if (member.getSpace().hasBytesPerDay()) {
                fields.put("growthBytesPerDay", member.getSpace().getBytesPerDay());
            }
            if (member.hasSecondsUntilFull()) {
                fields.put("secondsUntilFull", member.getSecondsUntilFull());
            }
        }
        if (member.hasPace()) {
            fields.put(
                    "pace",
                    Map.of(
                            "fsyncMicros",
                            member.getPace().getFsyncMicros(),
                            "applyMicros",
                            member.getPace().getApplyMicros(),
                            "peerMicros",
                            member.getPace().getPeerMicros(),
                            "slow",
                            member.getSlow()));
        }
        if (EtcdTable.answers(member)) {
            status(cluster, member, fields);
        }
        if (member.getLastSeenMillis() > 0) {
            fields.put(
                    "lastSeen", Instant.ofEpochMilli(member.getLastSeenMillis()).toString());
        }
        if (member.hasProblem()) {
            fields.put(
                    "problem",
                    Map.of(
                            "code",
                            member.getProblem().getCode(),
                            "what",
                            member.getProblem().getWhat()));
        }
        return fields;
    }

    private static Map<String, Object> upkeep(EtcdUpkeep upkeep) {
        return Map.of("defragmentation", upkeep.getDefragmentation(), "leadership", upkeep.getLeadership());
    }

    private static void status(EtcdCluster cluster, EtcdMember member, Map<String, Object> fields) {
        fields.put("role", EtcdTable.role(member));
        fields.put("clusterId", member.getClusterId());
        fields.put("memberId", member.getMemberId());
        fields.put("version", member.getVersion());
        fields.put("term", member.getTerm());
        fields.put("index", member.getIndex());
        fields.put("applied", member.getApplied());
        fields.put("revision", member.getRevision());
        EtcdTable.lag(cluster, member).ifPresent(lag -> fields.put("lag", lag));
        fields.put("dbBytes", member.getDbBytes());
        fields.put("dbInUseBytes", member.getDbInUseBytes());
        fields.put("fragmented", member.getFragmented());
        fields.put(
                "alarms", member.getAlarmsList().stream().map(EtcdTable::name).toList());
    }
}
