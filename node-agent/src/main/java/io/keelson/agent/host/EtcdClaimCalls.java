package io.keelson.agent.host;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.proto.etcd.v3.Compare;
import io.keelson.proto.etcd.v3.Compare.CompareTarget;
import io.keelson.proto.etcd.v3.KVGrpc;
import io.keelson.proto.etcd.v3.KVGrpc.KVBlockingStub;
import io.keelson.proto.etcd.v3.LeaseGrantRequest;
import io.keelson.proto.etcd.v3.LeaseGrpc;
import io.keelson.proto.etcd.v3.LeaseGrpc.LeaseBlockingStub;
import io.keelson.proto.etcd.v3.LeaseRevokeRequest;
import io.keelson.proto.etcd.v3.PutRequest;
import io.keelson.proto.etcd.v3.RangeRequest;
import io.keelson.proto.etcd.v3.RangeResponse;
import io.keelson.proto.etcd.v3.RequestOp;
import io.keelson.proto.etcd.v3.TxnRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The calls of {@link GrpcEtcd} by which one at a time may have something, for a time. */
final class EtcdClaimCalls {
    private EtcdClaimCalls() {}

    static Etcd.Claim claim(ManagedChannel channel, String key, String holder, Duration atMost) {
        long lease = leases(channel)
                .leaseGrant(LeaseGrantRequest.newBuilder()
                        .setTTL(atMost.toSeconds())
                        .build())
                .getID();
        // Its own first: nobody else writes that, so whoever is found by the second one is another holder.
        var other = write(channel, isHeldBy(key, holder), key, holder, lease)
                .flatMap(any -> write(channel, isAbsent(key), key, holder, lease));
        other.ifPresent(any -> release(channel, lease));
        return new Etcd.Claim(other.orElse(holder), lease);
    }

    /** Whether there was one still. */
    static boolean release(ManagedChannel channel, long lease) {
        try {
            var unused = leases(channel)
                    .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    static Optional<String> claimed(ManagedChannel channel, String key) {
        return first(keys(channel).range(range(key)));
    }

    /** Empty if it was written; otherwise what is there, or "" where nothing is. */
    private static Optional<String> write(
            ManagedChannel channel, Compare.Builder condition, String key, String holder, long lease) {
        var answer = keys(channel)
                .txn(TxnRequest.newBuilder()
                        .addCompare(condition)
                        .addSuccess(RequestOp.newBuilder()
                                .setRequestPut(PutRequest.newBuilder()
                                        .setKey(bytes(key))
                                        .setValue(bytes(holder))
                                        .setLease(lease)))
                        .addFailure(RequestOp.newBuilder().setRequestRange(range(key)))
                        .build());
        return answer.getSucceeded()
                ? Optional.empty()
                : Optional.of(first(answer.getResponses(0).getResponseRange()).orElse(""));
    }

    private static Compare.Builder isHeldBy(String key, String holder) {
        return Compare.newBuilder()
                .setTarget(CompareTarget.VALUE)
                .setKey(bytes(key))
                .setValue(bytes(holder));
    }

    private static Compare.Builder isAbsent(String key) {
        return Compare.newBuilder()
                .setTarget(CompareTarget.CREATE)
                .setKey(bytes(key))
                .setCreateRevision(0);
    }

    private static RangeRequest range(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key)).build();
    }

    private static Optional<String> first(RangeResponse range) {
        return range.getKvsList().stream()
                .findFirst()
                .map(found -> found.getValue().toStringUtf8());
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static KVBlockingStub keys(ManagedChannel channel) {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(GrpcEtcd.CHANGE_SECONDS, TimeUnit.SECONDS);
    }

    private static LeaseBlockingStub leases(ManagedChannel channel) {
        return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(GrpcEtcd.CHANGE_SECONDS, TimeUnit.SECONDS);
    }
}
