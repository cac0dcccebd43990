package io.keelson.cli.etcd;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdUpkeep;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.proto.operator.v1.WantedEtcdUpkeep;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/** Which members something is to be done to, and to which counts; decided on what the server last knew. */
record UpkeepPlan(EtcdCluster cluster, List<EtcdMember> members, List<WantedEtcdUpkeep> wanted) {
    UpkeepPlan {
        members = List.copyOf(members);
        wanted = List.copyOf(wanted);
    }

    /** Each of these members defragmented once; all of them if none is named. The leader comes last. */
    static UpkeepPlan defragment(EtcdCluster cluster, List<String> hosts) {
        var members = (hosts.isEmpty()
                        ? cluster.getMembersList().stream()
                        : hosts.stream().distinct().map(host -> member(cluster, host)))
                .sorted(Comparator.comparing(UpkeepPlan::leads).thenComparing(EtcdMember::getHost))
                .toList();
        return of(
                cluster,
                members,
                EtcdUpkeep::getDefragmentation,
                next -> next.toBuilder()
                        .setDefragmentation(next.getDefragmentation() + 1)
                        .build());
    }

    /**
     * That member leading.
     *
     * @param host empty for the sound one that is furthest and does not lead
     */
    static UpkeepPlan lead(EtcdCluster cluster, String host) {
        var next = host.isEmpty()
                ? cluster.getMembersList().stream()
                        .filter(member -> member.getHealthy() && !leads(member))
                        .max(Comparator.comparingLong(EtcdMember::getApplied)
                                .thenComparing(Comparator.comparing(EtcdMember::getHost)
                                        .reversed()))
                        .orElseThrow(() -> invalid(
                                cluster,
                                "no other member of cluster " + cluster.getName() + " is sound and could lead"))
                : member(cluster, host);
        return of(
                cluster,
                List.of(next),
                EtcdUpkeep::getLeadership,
                counts -> counts.toBuilder()
                        .setLeadership(counts.getLeadership() + 1)
                        .build());
    }

    private static UpkeepPlan of(
            EtcdCluster cluster,
            List<EtcdMember> members,
            ToIntFunction<EtcdUpkeep> count,
            UnaryOperator<EtcdUpkeep> more) {
        return new UpkeepPlan(
                cluster,
                members,
                members.stream()
                        .map(member -> WantedEtcdUpkeep.newBuilder()
                                .setHost(member.getHost())
                                // What somebody asked for and is not permitted yet is the same wish.
                                .setUpkeep(
                                        count.applyAsInt(member.getAskedUpkeep())
                                                        > count.applyAsInt(member.getOrderedUpkeep())
                                                ? member.getAskedUpkeep()
                                                : more.apply(member.getOrderedUpkeep()))
                                .build())
                        .toList());
    }

    /** The only cluster of an answer. */
    static EtcdCluster only(EtcdStatusResponse status) {
        return status.getClusters(0);
    }

    static boolean leads(EtcdMember member) {
        return member.getRole() == EtcdRole.ETCD_ROLE_LEADER;
    }

    /** Whether a host has done what is wanted of it. */
    static boolean done(EtcdCluster now, WantedEtcdUpkeep wanted) {
        var done = member(now, wanted.getHost()).getDoneUpkeep();
        return done.getDefragmentation() >= wanted.getUpkeep().getDefragmentation()
                && done.getLeadership() >= wanted.getUpkeep().getLeadership();
    }

    static EtcdMember member(EtcdCluster cluster, String host) {
        return cluster.getMembersList().stream()
                .filter(member -> member.getHost().equals(host))
                .findFirst()
                .orElseThrow(() ->
                        invalid(cluster, "host " + host + " holds no etcd member of cluster " + cluster.getName()));
    }

    private static io.keelson.problem.ProblemException invalid(EtcdCluster cluster, String what) {
        return Problem.error(
                        ProblemCode.RESOURCE_INVALID,
                        what,
                        Remedy.advise("See which members there are.", "keelson etcd status " + cluster.getName()))
                .asException();
    }
}
