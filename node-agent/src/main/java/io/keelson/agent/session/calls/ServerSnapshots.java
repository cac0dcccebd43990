package io.keelson.agent.session.calls;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.agent.snapshot.SnapshotReceiver;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.agent.v1.HandInSnapshotRequest;
import io.keelson.proto.agent.v1.HandInSnapshotResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Hands snapshots in to whichever server the link leads to. */
public final class ServerSnapshots implements SnapshotReceiver {
    private static final int OFFER_SECONDS = 15;
    private static final int TRANSFER_MINUTES = 30;
    private static final int CHUNK = 256 << 10;

    private final ServerLink link;

    public ServerSnapshots(ServerLink link) {
        this.link = link;
    }

    @Override
    public OptionalLong offer(TakenSnapshot snapshot) {
        try {
            var answer = AgentServiceGrpc.newBlockingStub(link.channel())
                    .withDeadlineAfter(OFFER_SECONDS, TimeUnit.SECONDS)
                    .offerSnapshot(wire(snapshot));
            return answer.getStored() ? OptionalLong.empty() : OptionalLong.of(answer.getOffset());
        } catch (StatusRuntimeException e) {
            throw ServerProblems.of(e);
        }
    }

    @Override
    public void handIn(TakenSnapshot snapshot, InputStream rest) {
        var call = AgentServiceGrpc.newBlockingV2Stub(link.channel())
                .withDeadlineAfter(TRANSFER_MINUTES, TimeUnit.MINUTES)
                .handInSnapshot();
        try {
            send(call, snapshot, rest);
        } catch (StatusException e) {
            throw ServerProblems.of(new StatusRuntimeException(e.getStatus(), e.getTrailers()));
        } catch (IOException e) {
            call.cancel("the snapshot cannot be read", e);
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            call.cancel("interrupted", e);
            Thread.currentThread().interrupt();
            throw ServerProblems.of(
                    new StatusRuntimeException(io.grpc.Status.UNAVAILABLE.withDescription("interrupted")));
        }
    }

    /** Writing waits while the server is slower than the disk; its refusal is what the last read throws. */
    private static void send(
            BlockingClientCall<HandInSnapshotRequest, HandInSnapshotResponse> call,
            TakenSnapshot snapshot,
            InputStream rest)
            throws IOException, InterruptedException, StatusException {
        boolean open = call.write(
                HandInSnapshotRequest.newBuilder().setSnapshot(wire(snapshot)).build());
        var chunk = new byte[CHUNK];
        for (int length = rest.readNBytes(chunk, 0, CHUNK);
                open && length > 0;
                length = rest.readNBytes(chunk, 0, CHUNK)) {
            open = call.write(HandInSnapshotRequest.newBuilder()
                    .setData(UnsafeByteOperations.unsafeWrap(Arrays.copyOf(chunk, length)))
                    .build());
        }
        call.halfClose();
        if (call.read() == null) {
            throw new StatusException(
                    io.grpc.Status.INTERNAL.withDescription("the server ended the call without an answer"));
        }
    }

    private static EtcdSnapshot wire(TakenSnapshot snapshot) {
        return EtcdSnapshot.newBuilder()
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
                .setKey(snapshot.key().hex())
                .build();
    }
}
