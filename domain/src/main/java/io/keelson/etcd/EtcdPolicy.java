package io.keelson.etcd;

import io.keelson.fleet.HostId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The server's half of every change of members; the agent asks the other members itself before it acts. One member at a
 * time, and only while the others carry the quorum.
 */
public final class EtcdPolicy {
    private EtcdPolicy() {}

    /**
     * The member that may be made anew: its disk is empty, a majority of all members is sound without it, and no other
     * change is under way. A host that is only away loses nothing by that: it is not asked for here.
     *
     * @param seats all members of one cluster
     */
    public static Optional<HostId> rebuild(List<MemberSeat> seats) {
        if (seats.stream().anyMatch(MemberSeat::changing) || !areOfOneCluster(seats)) {
            return Optional.empty();
        }
        long carrying = seats.stream().filter(MemberSeat::carries).count();
        if (carrying < quorum(seats.size())) {
            return Optional.empty();
        }
        return seats.stream().filter(MemberSeat::lost).map(MemberSeat::host).min(Comparator.naturalOrder());
    }

    /** How many of so many members have to agree. */
    public static int quorum(int members) {
        return members / 2 + 1;
    }

    private static boolean areOfOneCluster(List<MemberSeat> seats) {
        return seats.stream()
                        .flatMap(seat -> seat.status().stream())
                        .map(MemberStatus::cluster)
                        .collect(Collectors.toSet())
                        .size()
                <= 1;
    }
}
