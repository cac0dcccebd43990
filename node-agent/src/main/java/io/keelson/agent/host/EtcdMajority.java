package io.keelson.agent.host;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.keelson.proto.etcd.v3.ClusterGrpc;
import io.keelson.proto.etcd.v3.MemberListRequest;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** Whether a member has its majority. Where it has one that takes milliseconds, where it has none seconds. */
final class EtcdMajority {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    /** For an election, where no leader is known: one to two times etcd's {@code --election-timeout}, 1 s by default. */
    private static final int ELECTION_SECONDS = 2;

    private EtcdMajority() {}

    /** One that has just lost the others believes in a leader for a moment: if it knows of none by now, nobody is waited for. */
    static boolean isThere(ManagedChannel channel, long leader) {
        return agrees(channel, ELECTION_SECONDS)
                || leader != 0
                        && GrpcEtcd.brief(channel).getLeader() != 0
                        && agrees(channel, GrpcEtcd.QUESTION_SECONDS);
    }

    /**
     * By a linearizable list of members, which the majority confirms. Not by a read of keys, which etcd may refuse under
     * CORRUPT; then nobody could say who carries the quorum.
     */
    private static boolean agrees(ManagedChannel channel, int seconds) {
        try {
            var unused = ClusterGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(seconds, TimeUnit.SECONDS)
                    .memberList(
                            MemberListRequest.newBuilder().setLinearizable(true).build());
            return true;
        } catch (StatusRuntimeException e) {
            LOG.log(Level.DEBUG, "no majority: {0}", e.getStatus());
            return false;
        }
    }
}
