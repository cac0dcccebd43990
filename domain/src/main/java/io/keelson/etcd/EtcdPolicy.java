package io.keelson.etcd;

import io.keelson.fleet.HostId;
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
     * The member that may be made anew: its disk is empty, and every other one is sound and is what it was ordered to be. So
     * no other change is under way, and etcd lets a member be added, for which it wants all voters to be connected. A host
     * that is only away loses nothing by that: it is not asked for here. Where two are lost at once, a person decides.
     *
     * @param seats all members of one cluster
     */
    public static Optional<HostId> rebuild(List<MemberSeat> seats) {
        var lost = seats.stream().filter(MemberSeat::lost).toList();
        long carrying = seats.stream().filter(MemberSeat::carries).count();
        if (lost.size() != 1
                || carrying != seats.size() - 1
                || carrying < quorum(seats.size())
                || seats.stream().anyMatch(MemberSeat::changing)
                || !areOfOneCluster(seats)) {
            return Optional.empty();
        }
        return Optional.of(lost.getFirst().host());
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
