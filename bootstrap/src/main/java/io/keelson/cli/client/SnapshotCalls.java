package io.keelson.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
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
import java.util.concurrent.TimeUnit;

/**
 * The part of the operators' service that is about snapshots of etcd.
 *
 * @param limit of each call but {@link #save}
 */
public record SnapshotCalls(ManagedChannel channel, Metadata credential, String server, Duration limit) {
    /** Those of a cluster that the server has, newest first. */
    public List<StoredEtcdSnapshot> list(String cluster) {
        var request = EtcdSnapshotsRequest.newBuilder().setCluster(cluster).build();
        try {
            return stub(limit).etcdSnapshots(request).getSnapshotsList();
        } catch (StatusRuntimeException e) {
            throw ProblemTrailer.decode(e, server);
        }
    }

    /** Asks for one now. Not tried again, so that one is taken and not two. */
    public void take(String cluster) {
        var request = TakeEtcdSnapshotRequest.newBuilder().setCluster(cluster).build();
        try {
            var unused = stub(limit).takeEtcdSnapshot(request);
        } catch (StatusRuntimeException e) {
            throw ProblemTrailer.decode(e, server);
        }
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
        var call = OperatorServiceGrpc.newBlockingV2Stub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .saveEtcdSnapshot(request);
        try {
            for (var part = call.read(); part != null; part = call.read()) {
                part.getData().writeTo(to);
            }
        } catch (StatusException e) {
            throw ProblemTrailer.decode(new StatusRuntimeException(e.getStatus(), e.getTrailers()), server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            call.cancel("over", null);
        }
    }

    private OperatorServiceBlockingStub stub(Duration atMost) {
        return OperatorServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
