package io.keelson.cli;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.operator.v1.AskEtcdUpkeepRequest;
import io.keelson.proto.operator.v1.AskEtcdUpkeepResponse;
import io.keelson.proto.operator.v1.EtcdSnapshotsRequest;
import io.keelson.proto.operator.v1.EtcdSnapshotsResponse;
import io.keelson.proto.operator.v1.EtcdStatusRequest;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.proto.operator.v1.EtcdUsageRequest;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotResponse;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotResponse;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a recorded server answers about etcd. */
abstract class RecordedEtcd extends RecordedKeys {
    private final Deque<EtcdStatusResponse> etcd = new ArrayDeque<>();
    private EtcdUsageResponse etcdUsage = EtcdUsageResponse.getDefaultInstance();
    private volatile EtcdSnapshotsResponse snapshots = EtcdSnapshotsResponse.getDefaultInstance();
    private volatile byte[] snapshot = new byte[0];
    private volatile RefoundEtcdResponse refounding = RefoundEtcdResponse.getDefaultInstance();

    /** The plan that is shown, and done once it is confirmed. */
    public void refounding(RefoundEtcdResponse plan) {
        refounding = plan;
    }

    public void etcdUsage(EtcdUsageResponse usage) {
        etcdUsage = usage;
    }

    /** The next state of the members; the last one stays. */
    public void etcd(EtcdStatusResponse status) {
        etcd.add(status);
    }

    public void snapshots(EtcdSnapshotsResponse answer, byte[] plain) {
        snapshots = answer;
        snapshot = plain.clone();
    }

    @Override
    public void refoundEtcd(RefoundEtcdRequest request, StreamObserver<RefoundEtcdResponse> to) {
        answer(
                request,
                to,
                refounding.toBuilder()
                        .setConfirmed(!request.getConfirm().isEmpty())
                        .build());
    }

    @Override
    public void etcdStatus(EtcdStatusRequest request, StreamObserver<EtcdStatusResponse> to) {
        var now = etcd.size() > 1 ? etcd.remove() : etcd.peek();
        answer(request, to, now == null ? EtcdStatusResponse.getDefaultInstance() : now);
    }

    @Override
    public void askEtcdUpkeep(AskEtcdUpkeepRequest request, StreamObserver<AskEtcdUpkeepResponse> to) {
        answer(request, to, AskEtcdUpkeepResponse.getDefaultInstance());
    }

    @Override
    public void etcdUsage(EtcdUsageRequest request, StreamObserver<EtcdUsageResponse> to) {
        answer(request, to, etcdUsage);
    }

    @Override
    public void etcdSnapshots(EtcdSnapshotsRequest request, StreamObserver<EtcdSnapshotsResponse> to) {
        answer(request, to, snapshots);
    }

    @Override
    public void takeEtcdSnapshot(TakeEtcdSnapshotRequest request, StreamObserver<TakeEtcdSnapshotResponse> to) {
        answer(request, to, TakeEtcdSnapshotResponse.getDefaultInstance());
    }

    @Override
    public void saveEtcdSnapshot(SaveEtcdSnapshotRequest request, StreamObserver<SaveEtcdSnapshotResponse> to) {
        answer(
                request,
                to,
                SaveEtcdSnapshotResponse.newBuilder()
                        .setData(ByteString.copyFrom(snapshot))
                        .build());
    }
}
