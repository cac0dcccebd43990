package io.keelson.etcd;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Proposes how etcd of a cluster that has lost its majority is begun anew. A person decides whether. */
public final class RecoveryPolicy {
    private RecoveryPolicy() {}

    /**
     * A host that is to hold a member.
     *
     * @param disk what its disk holds; empty if nothing, or if nobody could say
     */
    public record Candidate(MemberSeat seat, Optional<MemberDisk> disk) {
        HostId host() {
            return seat.host();
        }

        private boolean isPartOfTheCluster() {
            return disk.isPresent() && !seat.fenced();
        }
    }

    /**
     * The host whose disk has the most: as in an election of Raft, no other disk that is here has an entry that it lacks, but
     * for such as no majority can have had.
     *
     * @param candidates all hosts that are to hold a member
     * @throws ProblemException ETCD_NOT_LOST if there is a majority, or enough disks for one; ETCD_NOTHING_LEFT
     */
    public static Candidate freshest(ClusterName cluster, List<Candidate> candidates) {
        requireLost(cluster, candidates);
        long disks = candidates.stream().filter(Candidate::isPartOfTheCluster).count();
        if (disks >= EtcdPolicy.quorum(candidates.size())) {
            throw notLost("of " + candidates.size() + " members of etcd of cluster " + cluster + " the disks of "
                    + disks + " are there, which is a majority: started, they lose nothing");
        }
        return candidates.stream()
                .filter(each -> each.disk().isPresent())
                .max(Comparator.comparing((Candidate each) -> each.disk().orElseThrow(), MemberDisk.BY_LOG)
                        .thenComparing(Candidate::host, Comparator.reverseOrder()))
                .orElseThrow(() -> Problem.error(
                                ProblemCode.ETCD_NOTHING_LEFT,
                                "no host that is here has a disk with etcd of cluster " + cluster,
                                Remedy.advise(
                                        "Bring a host back whose disk is whole, or restore a snapshot.",
                                        "keelson etcd snapshot list " + cluster))
                        .asException());
    }

    /**
     * The host that is to restore a snapshot.
     *
     * @param wanted empty for any
     * @throws ProblemException ETCD_NOT_LOST if there is a majority; HOST_NOT_CONNECTED if the host, or every one, is away;
     *     RESOURCE_INVALID if the host holds no member of the cluster
     */
    public static Candidate restoring(ClusterName cluster, List<Candidate> candidates, Optional<HostId> wanted) {
        requireLost(cluster, candidates);
        if (wanted.isPresent()
                && candidates.stream().noneMatch(each -> each.host().equals(wanted.get()))) {
            throw Problem.error(
                            ProblemCode.RESOURCE_INVALID,
                            "host " + wanted.get() + " holds no etcd member of cluster " + cluster,
                            Remedy.advise("See which hosts do.", "keelson etcd status " + cluster))
                    .asException();
        }
        return candidates.stream()
                .filter(each -> each.seat().connected())
                .filter(each -> wanted.isEmpty() || wanted.get().equals(each.host()))
                .min(Comparator.comparing(Candidate::host))
                .orElseThrow(() -> Problem.error(
                                ProblemCode.HOST_NOT_CONNECTED,
                                wanted.map(host -> "host " + host + " is").orElse("all hosts with an etcd member are")
                                        + " not connected",
                                Remedy.advise("See whether the agents run on the hosts.", "keelson get hosts"))
                        .asException());
    }

    private static void requireLost(ClusterName cluster, List<Candidate> candidates) {
        candidates.stream()
                .map(Candidate::seat)
                .filter(seat -> !seat.fenced() && seat.connected())
                .filter(seat -> seat.status().filter(MemberStatus::quorum).isPresent())
                .findFirst()
                .ifPresent(seat -> {
                    throw notLost("etcd of cluster " + cluster + " has its majority, as host " + seat.host() + " says");
                });
    }

    private static ProblemException notLost(String what) {
        return Problem.error(
                        ProblemCode.ETCD_NOT_LOST,
                        what,
                        Remedy.advise(
                                "See what keeps the other members away; nothing has to be given up.",
                                "keelson etcd status"))
                .asException();
    }
}
