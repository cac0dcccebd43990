package io.keelson.agent.session.wire;

import io.keelson.etcd.EtcdUsage.Eater;
import io.keelson.etcd.EtcdUsage.History;
import io.keelson.etcd.EtcdUsage.Ranking;
import io.keelson.etcd.EtcdUsage.Removable;
import io.keelson.etcd.EtcdUsage.StoredObject;
import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdHistory;
import io.keelson.proto.agent.v1.EtcdObject;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.agent.v1.EtcdRemovable;
import io.keelson.proto.agent.v1.EtcdRemovableKind;
import io.keelson.proto.agent.v1.EtcdUsage;

/** Who takes up how much of etcd, as messages. */
public final class WireEtcdUsage {
    private WireEtcdUsage() {}

    /** The answer. */
    public static EtcdUsage write(io.keelson.etcd.EtcdUsage usage) {
        var message = EtcdUsage.newBuilder()
                .setVersion(usage.version())
                .setDbBytes(usage.dbBytes())
                .setDbInUseBytes(usage.dbInUseBytes())
                .setKeys(usage.keys())
                .setBytes(usage.bytes())
                .setComplete(usage.complete())
                .setHistory(write(usage.history()))
                .setTypes(write(usage.types()))
                .setNamespaces(write(usage.namespaces()))
                .setOwners(write(usage.owners()));
        usage.alarms().stream().sorted().map(WireEtcd::alarm).forEach(message::addAlarms);
        usage.largest().stream().map(WireEtcdUsage::write).forEach(message::addLargest);
        usage.removables().stream().map(WireEtcdUsage::write).forEach(message::addRemovables);
        return message.build();
    }

    private static EtcdHistory write(History history) {
        return EtcdHistory.newBuilder()
                .setFromRevision(history.from())
                .setToRevision(history.to())
                .setWrites(history.writes())
                .setBytes(history.bytes())
                .setComplete(history.complete())
                .build();
    }

    private static EtcdRanking write(Ranking ranking) {
        var message = EtcdRanking.newBuilder().setOthers(write(ranking.others()));
        ranking.eaters().stream().map(WireEtcdUsage::write).forEach(message::addEaters);
        return message.build();
    }

    private static EtcdEater write(Eater eater) {
        return EtcdEater.newBuilder()
                .setName(eater.name())
                .setKeys(eater.keys())
                .setBytes(eater.bytes())
                .setVersions(eater.versions())
                .setWrites(eater.writes())
                .setWrittenBytes(eater.writtenBytes())
                .build();
    }

    private static EtcdObject write(StoredObject object) {
        return EtcdObject.newBuilder()
                .setType(object.type())
                .setNamespace(object.namespace())
                .setName(object.name())
                .setBytes(object.bytes())
                .build();
    }

    private static EtcdRemovable write(Removable removable) {
        return EtcdRemovable.newBuilder()
                .setKind(
                        switch (removable.kind()) {
                            case EVENTS -> EtcdRemovableKind.ETCD_REMOVABLE_KIND_EVENTS;
                            case SUCCEEDED_PODS -> EtcdRemovableKind.ETCD_REMOVABLE_KIND_SUCCEEDED_PODS;
                            case FAILED_PODS -> EtcdRemovableKind.ETCD_REMOVABLE_KIND_FAILED_PODS;
                            case FINISHED_JOB -> EtcdRemovableKind.ETCD_REMOVABLE_KIND_FINISHED_JOB;
                            case UNOWNED_CUSTOM -> EtcdRemovableKind.ETCD_REMOVABLE_KIND_UNOWNED_CUSTOM;
                            case LARGE_OBJECT -> EtcdRemovableKind.ETCD_REMOVABLE_KIND_LARGE_OBJECT;
                        })
                .setType(removable.type())
                .setNamespace(removable.namespace())
                .setName(removable.name())
                .setKeys(removable.keys())
                .setBytes(removable.bytes())
                .build();
    }
}
