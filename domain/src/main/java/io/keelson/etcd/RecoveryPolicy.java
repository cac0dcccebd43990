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

        /** A founder that has not begun yet still holds what was before. */
        private boolean isPartOfTheCluster() {
            return !seat.fenced() && (seat.ordered().refoundings() == 0 || seat.settled());
        }

        private boolean holdsSomething() {
            return disk.isPresent();
        }
    }

    /**
     * The host whose disk has the most: as in an election of Raft, no other disk that is here has an entry that it lacks, but
     * for such as no majority can have had. Members of before the cluster was last begun anew count only if nothing else is
     * left: their logs cannot be compared with those of after.
     *
     * @param candidates all hosts that are to hold a member
     * @throws ProblemException ETCD_NOT_LOST if there is a majority, or enough disks for one; ETCD_NOTHING_LEFT
     */
    public static Candidate freshest(ClusterName cluster, List<Candidate> candidates) {
        requireLost(cluster, candidates, false);
        var within = candidates.stream().filter(Candidate::isPartOfTheCluster).toList();
        long disks = within.stream().filter(Candidate::holdsSomething).count();
        if (!within.isEmpty() && disks >= EtcdPolicy.quorum(within.size())) {
            throw notLost("of " + within.size() + " members of etcd of cluster " + cluster + " the disks of " + disks
                    + " are there, which is a majority: started, they lose nothing");
        }
        return (disks > 0 ? within : candidates)
                .stream()
                        .filter(Candidate::holdsSomething)
                        .max(Comparator.comparing(
                                        (Candidate each) -> each.disk().orElseThrow(), MemberDisk.BY_LOG)
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
     * The host that is to restore a snapshot. Where members' data differ and nobody knows whose are right, a majority is no
     * reason not to.
     *
     * @param wanted empty for any
     * @throws ProblemException ETCD_NOT_LOST if there is a majority; HOST_NOT_CONNECTED if the host, or every one, is away;
     *     RESOURCE_INVALID if the host holds no member of the cluster
     */
    public static Candidate restoring(ClusterName cluster, List<Candidate> candidates, Optional<HostId> wanted) {
        requireLost(cluster, candidates, true);
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

    private static void requireLost(ClusterName cluster, List<Candidate> candidates, boolean orCorrupt) {
        candidates.stream()
                .map(Candidate::seat)
                .filter(seat -> !seat.fenced() && seat.connected())
                .filter(seat -> seat.status()
                        .filter(MemberStatus::quorum)
                        .filter(status -> !orCorrupt || !status.alarms().contains(MemberStatus.Alarm.CORRUPT))
                        .isPresent())
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
