package io.keelson.agent.host;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.proto.etcd.v3.AlarmRequest;
import io.keelson.proto.etcd.v3.AlarmRequest.AlarmAction;
import io.keelson.proto.etcd.v3.AlarmResponse;
import io.keelson.proto.etcd.v3.AlarmType;
import io.keelson.proto.etcd.v3.ClusterGrpc;
import io.keelson.proto.etcd.v3.CompactionRequest;
import io.keelson.proto.etcd.v3.DefragmentRequest;
import io.keelson.proto.etcd.v3.KVGrpc;
import io.keelson.proto.etcd.v3.MaintenanceGrpc;
import io.keelson.proto.etcd.v3.MaintenanceGrpc.MaintenanceBlockingStub;
import io.keelson.proto.etcd.v3.MemberPromoteRequest;
import io.keelson.proto.etcd.v3.MoveLeaderRequest;
import io.keelson.proto.etcd.v3.MoveLeaderResponse;
import io.keelson.proto.etcd.v3.RangeRequest;
import io.keelson.proto.etcd.v3.ResponseHeader;
import java.util.concurrent.TimeUnit;

/** The calls of {@link GrpcEtcd} that look after members. */
final class EtcdUpkeepCalls {
    /** Of the whole history of a database of 8 GB; etcd does it in the background of its writes. */
    private static final int COMPACTION_SECONDS = 120;

    /** What etcd answers where a revision was compacted before (api/v3rpc/rpctypes, ErrGRPCCompacted). */
    private static final String COMPACTED = "has been compacted";

    /** What etcd answers to a promotion that comes too early (api/v3rpc/rpctypes, ErrGRPCLearnerNotReady). */
    private static final String NOT_IN_SYNC = "in sync with leader";

    private static final String NOT_A_LEARNER = "can only promote a learner member";

    private static final ByteString ANY_KEY = ByteString.copyFromUtf8("/keelson/etcd");

    private EtcdUpkeepCalls() {}

    static boolean promote(ManagedChannel channel, long learner) {
        try {
            var unused = ClusterGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(GrpcEtcd.CHANGE_SECONDS, TimeUnit.SECONDS)
                    .memberPromote(
                            MemberPromoteRequest.newBuilder().setID(learner).build());
            return true;
        } catch (StatusRuntimeException e) {
            var said = String.valueOf(e.getStatus().getDescription());
            if (said.contains(NOT_IN_SYNC)) {
                return false;
            }
            if (said.contains(NOT_A_LEARNER)) {
                return true;
            }
            throw e;
        }
    }

    static boolean defragment(ManagedChannel channel) {
        try {
            var unused = maintenance(channel, Etcd.DEFRAGMENTATION.toSeconds())
                    .defragment(DefragmentRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Whether the member can read its database. While it is defragmented it cannot, and does all else that nobody writes for.
     * What it refuses, it has not waited for.
     */
    static boolean reads(ManagedChannel channel, int seconds) {
        try {
            var unused = KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(seconds, TimeUnit.SECONDS)
                    .range(RangeRequest.newBuilder()
                            .setKey(ANY_KEY)
                            .setSerializable(true)
                            .setCountOnly(true)
                            .build());
            return true;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED;
        }
    }

    static MoveLeaderResponse moveLeader(ManagedChannel channel, EtcdId to) {
        return maintenance(channel, GrpcEtcd.CHANGE_SECONDS)
                .moveLeader(
                        MoveLeaderRequest.newBuilder().setTargetID(to.bits()).build());
    }

    static ResponseHeader compact(ManagedChannel channel, long revision) {
        try {
            return KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(COMPACTION_SECONDS, TimeUnit.SECONDS)
                    .compact(CompactionRequest.newBuilder()
                            .setRevision(revision)
                            .setPhysical(true)
                            .build())
                    .getHeader();
        } catch (StatusRuntimeException e) {
            if (String.valueOf(e.getStatus().getDescription()).contains(COMPACTED)) {
                return ResponseHeader.getDefaultInstance();
            }
            throw e;
        }
    }

    static AlarmResponse disarm(ManagedChannel channel, Alarm alarm) {
        var kind = switch (alarm) {
            case NOSPACE -> AlarmType.NOSPACE;
            case CORRUPT -> AlarmType.CORRUPT;
        };
        var raised = alarm(channel, AlarmRequest.newBuilder().setAlarm(kind));
        for (var member : raised.getAlarmsList()) {
            var unused = alarm(
                    channel,
                    AlarmRequest.newBuilder()
                            .setAction(AlarmAction.DEACTIVATE)
                            .setMemberID(member.getMemberID())
                            .setAlarm(kind));
        }
        return raised;
    }

    private static AlarmResponse alarm(ManagedChannel channel, AlarmRequest.Builder request) {
        return maintenance(channel, GrpcEtcd.CHANGE_SECONDS).alarm(request.build());
    }

    private static MaintenanceBlockingStub maintenance(ManagedChannel channel, long seconds) {
        return MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(seconds, TimeUnit.SECONDS);
    }
}
