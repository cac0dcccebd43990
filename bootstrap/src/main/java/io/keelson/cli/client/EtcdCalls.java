package io.keelson.cli.client;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.keelson.problem.Problem;
import io.keelson.proto.keeper.v1.KeptEtcd;
import io.keelson.proto.operator.v1.AskEtcdUpkeepRequest;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdRemains;
import io.keelson.proto.operator.v1.EtcdStatusRequest;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.proto.operator.v1.EtcdUsageRequest;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import io.keelson.proto.operator.v1.OperatorServiceGrpc;
import io.keelson.proto.operator.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import io.keelson.proto.operator.v1.WantedEtcdUpkeep;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What an operator asks of the etcd members of clusters. */
public final class EtcdCalls {
    /** The server lets hosts look for 90 seconds, and waits a little longer. */
    private static final int USAGE_SECONDS = 150;

    private static final int REFOUND_MINUTES = 30;

    private final Channel channel;
    private final Metadata credential;
    private final String server;
    private final Duration limit;

    EtcdCalls(Channel channel, Metadata credential, String server, Duration limit) {
        this.channel = channel;
        this.credential = credential;
        this.server = server;
        this.limit = limit;
    }

    /**
     * The etcd members of clusters, as their hosts last told of them.
     *
     * @param cluster empty for all
     */
    public EtcdStatusResponse status(String cluster) {
        var request = EtcdStatusRequest.newBuilder().setCluster(cluster).build();
        return call(() -> stub().etcdStatus(request));
    }

    /** Asks for upkeep of members, by the counts that are to be reached. */
    public void askUpkeep(String cluster, List<WantedEtcdUpkeep> wanted) {
        var request = AskEtcdUpkeepRequest.newBuilder()
                .setCluster(cluster)
                .addAllWanted(wanted)
                .build();
        call(() -> stub().askEtcdUpkeep(request));
    }

    /**
     * Who takes up how much of a cluster's etcd; takes up to two minutes, whatever the limit of other calls.
     *
     * @param cluster empty for the only one that there is
     */
    public EtcdUsageResponse usage(String cluster) {
        var request = EtcdUsageRequest.newBuilder().setCluster(cluster).build();
        return call(
                () -> stub().withDeadlineAfter(USAGE_SECONDS, TimeUnit.SECONDS).etcdUsage(request));
    }

    /**
     * What beginning a cluster's etcd anew would mean; done if the request confirms that. Hosts look at their disks, and a
     * snapshot is opened, for up to half an hour, whatever the limit of other calls.
     */
    public RefoundEtcdResponse refound(RefoundEtcdRequest request) {
        return call(() ->
                stub().withDeadlineAfter(REFOUND_MINUTES, TimeUnit.MINUTES).refoundEtcd(request));
    }

    /** Why nobody can say what the disks of these hosts hold. */
    public static List<Problem> unknown(List<EtcdRemains> hosts) {
        return ProblemTrailer.problems(hosts.stream()
                .filter(EtcdRemains::hasProblem)
                .map(EtcdRemains::getProblem)
                .toList());
    }

    /** What is wrong with the hosts of these members. */
    public static List<Problem> problems(List<EtcdMember> members) {
        return ProblemTrailer.problems(members.stream()
                .filter(EtcdMember::hasProblem)
                .map(EtcdMember::getProblem)
                .toList());
    }

    /** What is wrong with the control server's own etcd, as its keeper says. */
    public static List<Problem> problems(KeptEtcd kept) {
        return ProblemTrailer.problems(kept.hasProblem() ? List.of(kept.getProblem()) : List.of());
    }

    /** What is wrong with the snapshots of a cluster's etcd. */
    public static List<Problem> snapshotProblems(EtcdCluster cluster) {
        return ProblemTrailer.problems(cluster.getSnapshotProblemsList());
    }

    private OperatorServiceBlockingStub stub() {
        return OperatorServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (StatusRuntimeException e) {
            throw ProblemTrailer.decode(e, server);
        }
    }
}
