package io.keelson.cli.etcd;

import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdHistory;
import io.keelson.proto.agent.v1.EtcdObject;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** All that was told of what fills etcd, for programs. */
final class EtcdUsageFields {
    private EtcdUsageFields() {}

    static Map<String, Object> of(EtcdUsageResponse response) {
        var usage = response.getUsage();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("cluster", response.getCluster());
        fields.put("host", response.getHost());
        fields.put("version", usage.getVersion());
        fields.put("dbBytes", usage.getDbBytes());
        fields.put("dbInUseBytes", usage.getDbInUseBytes());
        fields.put("alarms", usage.getAlarmsList().stream().map(EtcdTable::name).toList());
        fields.put("keys", usage.getKeys());
        fields.put("bytes", usage.getBytes());
        fields.put("complete", usage.getComplete());
        fields.put("history", history(usage.getHistory()));
        fields.put("types", ranking(usage.getTypes()));
        fields.put("namespaces", ranking(usage.getNamespaces()));
        fields.put("owners", ranking(usage.getOwners()));
        fields.put(
                "largest",
                usage.getLargestList().stream().map(EtcdUsageFields::object).toList());
        fields.put(
                "plan",
                response.getPlanList().stream().map(EtcdUsageFields::deletion).toList());
        return fields;
    }

    private static Map<String, Object> history(EtcdHistory history) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("fromRevision", history.getFromRevision());
        fields.put("toRevision", history.getToRevision());
        fields.put("writes", history.getWrites());
        fields.put("bytes", history.getBytes());
        fields.put("complete", history.getComplete());
        return fields;
    }

    private static Map<String, Object> ranking(EtcdRanking ranking) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put(
                "top",
                ranking.getEatersList().stream().map(EtcdUsageFields::eater).toList());
        fields.put("others", eater(ranking.getOthers()));
        return fields;
    }

    private static Map<String, Object> eater(EtcdEater eater) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", eater.getName());
        fields.put("keys", eater.getKeys());
        fields.put("bytes", eater.getBytes());
        fields.put("versions", eater.getVersions());
        fields.put("writes", eater.getWrites());
        fields.put("writtenBytes", eater.getWrittenBytes());
        return fields;
    }

    private static Map<String, Object> object(EtcdObject object) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("type", object.getType());
        fields.put("namespace", object.getNamespace());
        fields.put("name", object.getName());
        fields.put("bytes", object.getBytes());
        return fields;
    }

    private static Map<String, Object> deletion(EtcdUsageResponse.Deletion deletion) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("command", deletion.getCommand());
        fields.put("keys", deletion.getKeys());
        fields.put("bytes", deletion.getBytes());
        fields.put("breaks", deletion.getBreaks());
        return fields;
    }
}
