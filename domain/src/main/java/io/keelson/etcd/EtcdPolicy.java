package io.keelson.etcd;

import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The server's half of everything that is done to members; the agent asks the other members itself before it acts. One
 * member at a time, and only while the others carry the quorum.
 */
public final class EtcdPolicy {
    private EtcdPolicy() {}

    /**
     * What is permitted next; empty while something permitted is under way.
     *
     * @param seats all members of one cluster
     * @param asked what operators want to have been done, by host
     */
    public static Optional<MemberPermit> next(List<MemberSeat> seats, Map<HostId, EtcdUpkeep> asked) {
        return rebuild(seats)
                .<MemberPermit>map(MemberPermit.Rebuild::new)
                .or(() -> lead(seats, asked).map(MemberPermit.Lead::new))
                .or(() -> defragment(seats, asked).map(MemberPermit.Defragment::new));
    }

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
                || seats.stream().anyMatch(seat -> seat.carries() && seat.busy())
                || !areOfOneCluster(seats)) {
            return Optional.empty();
        }
        return Optional.of(lost.getFirst().host());
    }

    /**
     * The member that may be defragmented: all are sound, and it pays or an operator asked for it. The leader comes last,
     * since it hands the leadership over first; of the others the one with most to give back.
     */
    static Optional<HostId> defragment(List<MemberSeat> seats, Map<HostId, EtcdUpkeep> asked) {
        if (!areAllIdle(seats)) {
            return Optional.empty();
        }
        return seats.stream()
                .filter(seat -> wanted(seat, asked).defragmentation()
                                > seat.ordered().upkeep().defragmentation()
                        || seat.status().filter(MemberStatus::fragmented).isPresent())
                .min(Comparator.comparing(MemberSeat::leads)
                        .thenComparing(seat ->
                                -seat.status().map(MemberStatus::freeBytes).orElse(0L))
                        .thenComparing(MemberSeat::host))
                .map(MemberSeat::host);
    }

    /**
     * The member that may take the leadership: all are sound, and an operator asked for it, or the leader is slow and this
     * one is not. Where all are slow nothing would be better.
     */
    static Optional<HostId> lead(List<MemberSeat> seats, Map<HostId, EtcdUpkeep> asked) {
        if (!areAllIdle(seats)) {
            return Optional.empty();
        }
        return seats.stream()
                .filter(seat -> wanted(seat, asked).leadership()
                        > seat.ordered().upkeep().leadership())
                .map(MemberSeat::host)
                .min(Comparator.naturalOrder())
                .or(() -> quicker(seats));
    }

    private static Optional<HostId> quicker(List<MemberSeat> seats) {
        if (seats.stream().noneMatch(seat -> seat.leads() && seat.slow())) {
            return Optional.empty();
        }
        return seats.stream()
                .filter(seat -> !seat.leads() && !seat.slow() && seat.tellsPace())
                .min(Comparator.comparing((MemberSeat seat) ->
                                -seat.status().map(MemberStatus::applied).orElse(0L))
                        .thenComparing(MemberSeat::host))
                .map(MemberSeat::host);
    }

    /**
     * Whether a host may be told what makes its member start again: every other one is sound and has come to its own order.
     * Of those that wait for the same, the leader's host comes last.
     *
     * @param seats all members of one cluster
     * @param waiting hosts that are to be told so
     */
    public static Optional<HostId> disturb(List<MemberSeat> seats, List<HostId> waiting) {
        return seats.stream()
                .filter(seat -> waiting.contains(seat.host()))
                .filter(seat -> seats.stream()
                        .filter(other -> !other.equals(seat))
                        .allMatch(other -> other.carries()
                                && !other.changing()
                                && !other.busy()
                                && other.ordered().obeyed()))
                .min(Comparator.comparing(MemberSeat::carries)
                        .thenComparing(MemberSeat::leads)
                        .thenComparing(MemberSeat::host))
                .map(MemberSeat::host);
    }

    /** How many of so many members have to agree. */
    public static int quorum(int members) {
        return members / 2 + 1;
    }

    private static boolean areAllIdle(List<MemberSeat> seats) {
        return seats.stream().allMatch(seat -> seat.carries() && seat.keepsNote() && !seat.changing() && !seat.busy())
                && areOfOneCluster(seats);
    }

    private static EtcdUpkeep wanted(MemberSeat seat, Map<HostId, EtcdUpkeep> asked) {
        return asked.getOrDefault(seat.host(), EtcdUpkeep.NONE);
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
