package io.keelson.cli.client;

import io.grpc.StatusException;
import io.keelson.proto.operator.v1.EtcdSnapshotsRequest;
import io.keelson.proto.operator.v1.OperatorServiceGrpc;
import io.keelson.proto.operator.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.StoredEtcdSnapshot;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/**
 * The part of the operators' service that is about snapshots of etcd.
 */
public final class SnapshotCalls {
    private final Caller caller;

    SnapshotCalls(Caller caller) {
        this.caller = caller;
    }

    /** Those of a cluster that the server has, newest first. */
    public List<StoredEtcdSnapshot> list(String cluster) {
        var request = EtcdSnapshotsRequest.newBuilder().setCluster(cluster).build();
        return caller.call(() -> stub().etcdSnapshots(request)).getSnapshotsList();
    }

    /** Asks for one now. Not tried again, so that one is taken and not two. */
    public void take(String cluster) {
        var request = TakeEtcdSnapshotRequest.newBuilder().setCluster(cluster).build();
        var unused = caller.call(() -> stub().takeEtcdSnapshot(request));
    }

    /**
     * Writes one as etcd made it.
     *
     * @param atMost how long all of it may take
     * @throws IOException if it cannot be written
     */
    public void save(String cluster, String id, OutputStream to, Duration atMost) throws IOException {
        var request = SaveEtcdSnapshotRequest.newBuilder()
                .setCluster(cluster)
                .setId(id)
                .build();
        var call = caller.stub(OperatorServiceGrpc::newBlockingV2Stub, atMost).saveEtcdSnapshot(request);
        try {
            for (var part = call.read(); part != null; part = call.read()) {
                part.getData().writeTo(to);
            }
        } catch (StatusException e) {
            throw caller.refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            call.cancel("over", null);
        }
    }

    private OperatorServiceBlockingStub stub() {
        return caller.stub(OperatorServiceGrpc::newBlockingStub);
    }
}
