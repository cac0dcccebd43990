package io.keelson.cli.client;

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

/** What an operator asks of the etcd members of clusters. */
public final class EtcdCalls {
    /** The server lets hosts look for 90 seconds, and waits a little longer. */
    private static final Duration USAGE = Duration.ofSeconds(150);

    private static final Duration REFOUND = Duration.ofMinutes(30);

    private final Caller caller;

    EtcdCalls(Caller caller) {
        this.caller = caller;
    }

    /**
     * The etcd members of clusters, as their hosts last told of them.
     *
     * @param cluster empty for all
     */
    public EtcdStatusResponse status(String cluster) {
        var request = EtcdStatusRequest.newBuilder().setCluster(cluster).build();
        return caller.call(() -> stub().etcdStatus(request));
    }

    /** Asks for upkeep of members, by the counts that are to be reached. */
    public void askUpkeep(String cluster, List<WantedEtcdUpkeep> wanted) {
        var request = AskEtcdUpkeepRequest.newBuilder()
                .setCluster(cluster)
                .addAllWanted(wanted)
                .build();
        caller.call(() -> stub().askEtcdUpkeep(request));
    }

    /**
     * Who takes up how much of a cluster's etcd; takes up to two minutes, whatever the limit of other calls.
     *
     * @param cluster empty for the only one that there is
     */
    public EtcdUsageResponse usage(String cluster) {
        var request = EtcdUsageRequest.newBuilder().setCluster(cluster).build();
        return caller.call(
                () -> caller.stub(OperatorServiceGrpc::newBlockingStub, USAGE).etcdUsage(request));
    }

    /**
     * What beginning a cluster's etcd anew would mean; done if the request confirms that. Hosts look at their disks, and a
     * snapshot is opened, for up to half an hour, whatever the limit of other calls.
     */
    public RefoundEtcdResponse refound(RefoundEtcdRequest request) {
        return caller.call(
                () -> caller.stub(OperatorServiceGrpc::newBlockingStub, REFOUND).refoundEtcd(request));
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
        return caller.stub(OperatorServiceGrpc::newBlockingStub);
    }
}
