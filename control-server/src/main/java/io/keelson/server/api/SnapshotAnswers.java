package io.keelson.server.api;

import io.grpc.stub.StreamObserver;
import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.operator.v1.EtcdSnapshotsRequest;
import io.keelson.proto.operator.v1.EtcdSnapshotsResponse;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotResponse;
import io.keelson.proto.operator.v1.StoredEtcdSnapshot;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotResponse;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.wire.ByteStream;
import java.time.Instant;

/** Answers which snapshots of clusters' etcd there are, and gives them to operators. */
final class SnapshotAnswers {
    private final ClusterRegistry clusters;
    private final Snapshots snapshots;

    SnapshotAnswers(ClusterRegistry clusters, Snapshots snapshots) {
        this.clusters = clusters;
        this.snapshots = snapshots;
    }

    /** Also of a cluster that is no longer declared, as long as there are any. */
    EtcdSnapshotsResponse list(EtcdSnapshotsRequest request) {
        var cluster = cluster(request.getCluster());
        var all = snapshots.index().of(cluster);
        if (all.isEmpty() && clusters.get(cluster).isEmpty()) {
            throw ClusterRegistry.unknown(cluster).asException();
        }
        return EtcdSnapshotsResponse.newBuilder()
                .addAllSnapshots(all.stream().map(SnapshotAnswers::stored).toList())
                .build();
    }

    TakeEtcdSnapshotResponse take(String operator, TakeEtcdSnapshotRequest request) {
        clusters.askForSnapshot(operator, cluster(request.getCluster()));
        return TakeEtcdSnapshotResponse.getDefaultInstance();
    }

    void save(String operator, SaveEtcdSnapshotRequest request, StreamObserver<SaveEtcdSnapshotResponse> caller) {
        var plain = snapshots.open(operator, cluster(request.getCluster()), id(request.getId()));
        ByteStream.send(
                plain.consume(),
                data -> SaveEtcdSnapshotResponse.newBuilder().setData(data).build(),
                caller);
    }

    private static ClusterName cluster(String name) {
        return Names.parse(ResourceKind.CLUSTER, name, ClusterName::new);
    }

    static SnapshotId id(String id) {
        try {
            return new SnapshotId(id);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.ETCD_SNAPSHOT_UNKNOWN,
                            "'" + Printable.of(id) + "' is no name of a snapshot",
                            Remedy.advise("See which there are.", "keelson etcd snapshot list")),
                    e);
        }
    }

    static StoredEtcdSnapshot stored(KnownSnapshot known) {
        var snapshot = known.snapshot();
        return StoredEtcdSnapshot.newBuilder()
                .setSnapshot(EtcdSnapshot.newBuilder()
                        .setId(snapshot.id().value())
                        .setCluster(snapshot.cluster().value())
                        .setMember(snapshot.member().value())
                        .setTakenMillis(snapshot.taken().toEpochMilli())
                        .setRevision(snapshot.keyspace().revision())
                        .setCompacted(snapshot.keyspace().compacted())
                        .setHash((int) snapshot.keyspace().hash())
                        .setKeys(snapshot.keyspace().keys())
                        .setPlainBytes(snapshot.plainBytes())
                        .setContent(snapshot.content().hex())
                        .setBytes(snapshot.bytes())
                        .setSealed(snapshot.sealed().hex())
                        .setKey(snapshot.key().hex()))
                .setHost(known.host().value())
                .setHandedInMillis(known.handedIn().toEpochMilli())
                .setProvenMillis(known.proven().map(Instant::toEpochMilli).orElse(0L))
                .setCopiedMillis(known.copied().map(Instant::toEpochMilli).orElse(0L))
                .setUnproven(known.trial().map(KnownSnapshot.Trial::failure).orElse(""))
                .build();
    }
}
