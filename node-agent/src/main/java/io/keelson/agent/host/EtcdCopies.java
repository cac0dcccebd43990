package io.keelson.agent.host;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.keelson.etcd.Keyspace;
import io.keelson.proto.etcd.v3.HashKVRequest;
import io.keelson.proto.etcd.v3.KVGrpc;
import io.keelson.proto.etcd.v3.MaintenanceGrpc;
import io.keelson.proto.etcd.v3.RangeRequest;
import io.keelson.proto.etcd.v3.SnapshotRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Copies a member's database, and tells what has to be in the copy. */
final class EtcdCopies {
    /** All of it is read and hashed. */
    private static final int HASH_SECONDS = 120;

    private static final int COPY_MINUTES = 30;
    /** With the same as the end of the range: every key (etcd's API, RangeRequest.range_end). */
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});

    private EtcdCopies() {}

    static Keyspace keyspace(ManagedChannel channel) {
        long revision = GrpcEtcd.brief(channel).getHeader().getRevision();
        var hash = hash(channel, revision);
        var keys = KVGrpc.newBlockingStub(channel)
                .withDeadlineAfter(HASH_SECONDS, TimeUnit.SECONDS)
                .range(RangeRequest.newBuilder()
                        .setKey(FIRST_KEY)
                        .setRangeEnd(FIRST_KEY)
                        .setRevision(revision)
                        .setSerializable(true)
                        .setCountOnly(true)
                        .build());
        return new Keyspace(revision, hash.compacted(), hash.hash(), keys.getCount());
    }

    static Etcd.Hash hash(ManagedChannel channel, long revision) {
        var hash = MaintenanceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(HASH_SECONDS, TimeUnit.SECONDS)
                .hashKV(HashKVRequest.newBuilder().setRevision(revision).build());
        return new Etcd.Hash(hash.getCompactRevision(), Integer.toUnsignedLong(hash.getHash()));
    }

    /** Returns how many bytes there were. */
    static long copy(ManagedChannel channel, OutputStream to) {
        var pieces = MaintenanceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(COPY_MINUTES, TimeUnit.MINUTES)
                .snapshot(SnapshotRequest.getDefaultInstance());
        long bytes = 0;
        try {
            while (pieces.hasNext()) {
                var piece = pieces.next().getBlob();
                piece.writeTo(to);
                bytes += piece.size();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the snapshot", e);
        }
        return bytes;
    }
}
