package io.keelson.etcd;

import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
     * @param lately what is not permitted again so soon
     */
    public static Optional<MemberPermit> next(List<MemberSeat> seats, Map<HostId, EtcdUpkeep> asked, Lately lately) {
        return rebuild(seats)
                .<MemberPermit>map(MemberPermit.Rebuild::new)
                .or(() -> lead(seats, asked).map(MemberPermit.Lead::new))
                .or(() -> lately.relieved() ? Optional.empty() : relieve(seats).map(MemberPermit.Relieve::new))
                .or(() -> defragment(seats, asked, lately).map(MemberPermit.Defragment::new));
    }

    /**
     * The member that may be made anew: its disk is empty or its data differ, and every other one is sound and is what it was
     * ordered to be. So
     * no other change is under way, and etcd lets a member be added, for which it wants all voters to be connected. A host
     * that is only away loses nothing by that: it is not asked for here. Where two are lost at once, a person decides.
     *
     * <p>Where the cluster was begun anew, members of before are no part of it and are not asked for; once all that are part
     * of it are sound, they become new ones, one after the other.
     *
     * @param seats all members of one cluster
     */
    public static Optional<HostId> rebuild(List<MemberSeat> seats) {
        var within = within(seats);
        var lost = within.stream().filter(MemberSeat::lost).toList();
        long carrying = within.stream().filter(MemberSeat::carries).count();
        if (lost.size() > 1
                || carrying == 0
                || carrying != within.size() - lost.size()
                || carrying < quorum(within.size())
                || within.stream().anyMatch(MemberSeat::changing)
                || within.stream().anyMatch(seat -> seat.carries() && !seat.restsForRebuild())
                || !areOfOneCluster(seats)) {
            return Optional.empty();
        }
        return Stream.concat(lost.stream(), seats.stream().filter(MemberSeat::stopped))
                .map(MemberSeat::host)
                .findFirst();
    }

    /**
     * Whether the cluster may be begun anew at a host now: its member has stopped, and so has that of every other host that is
     * there. Of one that is away nothing can be known; its order keeps it from running when it comes back.
     *
     * @param seats all members of one cluster
     * @param number how often it will have been begun anew
     */
    public static boolean mayRefound(List<MemberSeat> seats, HostId founder, int number) {
        return seats.stream().anyMatch(seat -> seat.host().equals(founder) && seat.stopped())
                && seats.stream()
                        .allMatch(seat -> seat.ordered().refoundings() == number
                                && seat.fenced()
                                && (seat.stopped() || !seat.connected()));
    }

    /** Whether all that are part of the cluster are sound and have nothing to do. */
    public static boolean areAtRest(List<MemberSeat> seats) {
        return within(seats).stream().allMatch(seat -> seat.carries() && seat.rests());
    }

    private static List<MemberSeat> within(List<MemberSeat> seats) {
        return seats.stream().filter(seat -> !seat.fenced()).toList();
    }

    /**
     * The member that may be defragmented: all are sound, and an operator asked for it, or it pays and was not done lately; a
     * database that is full does not wait for that. Nor for a member that is away, while the others carry the quorum: nothing
     * can be written then, whoever is there, and nobody but a defragmented member can end that. The leader comes last,
     * since it hands the leadership over first; of the others the one with most to give back.
     */
    static Optional<HostId> defragment(List<MemberSeat> seats, Map<HostId, EtcdUpkeep> asked, Lately lately) {
        if (!areAllIdle(seats) && !isFullAndHasItsQuorum(seats)) {
            return Optional.empty();
        }
        var leader = leader(seats);
        return seats.stream()
                .filter(MemberSeat::carries)
                .filter(seat -> wanted(seat, asked).defragmentation()
                                > seat.ordered().upkeep().defragmentation()
                        || seat.fragmented()
                                && (seat.full() || !lately.defragmented().contains(seat.host())))
                .min(Comparator.comparing((MemberSeat seat) -> is(leader, seat))
                        .thenComparing(seat ->
                                -seat.status().map(MemberStatus::freeBytes).orElse(0L))
                        .thenComparing(MemberSeat::host))
                .map(MemberSeat::host);
    }

    /** The member that may take the leadership: all are sound, and an operator asked for it. */
    static Optional<HostId> lead(List<MemberSeat> seats, Map<HostId, EtcdUpkeep> asked) {
        if (!areAllIdle(seats)) {
            return Optional.empty();
        }
        return seats.stream()
                .filter(seat -> wanted(seat, asked).leadership()
                        > seat.ordered().upkeep().leadership())
                .map(MemberSeat::host)
                .min(Comparator.naturalOrder());
    }

    /** The member that may take the leadership because the leader is slow and it is not; the quickest. */
    static Optional<HostId> relieve(List<MemberSeat> seats) {
        var leader = leader(seats);
        if (!areAllIdle(seats) || seats.stream().noneMatch(seat -> is(leader, seat) && seat.slow())) {
            return Optional.empty();
        }
        return seats.stream()
                .filter(seat -> !is(leader, seat) && !seat.slow() && seat.pace().isPresent())
                .min(Comparator.comparing((MemberSeat seat) ->
                                seat.pace().map(MemberPace::fsync).orElseThrow())
                        .thenComparing(MemberSeat::host))
                .map(MemberSeat::host);
    }

    /**
     * The host that may be told what makes its member start again: every other one is sound and has come to its own order.
     * Of those that wait for the same, the leader's host comes last: while it is just coming to another order, or a host has
     * not said yet who it is now, the others are not passed over for it. A member that carries nothing loses nothing by it,
     * also while others carry nothing: what is told may be what mends it. One that has an order to come to, and no problem
     * that holds it up, is waited for also then: both would be sound again, and start anew together.
     *
     * @param seats all members of one cluster
     * @param waiting hosts that are to be told so
     */
    public static Optional<HostId> disturb(List<MemberSeat> seats, List<HostId> waiting) {
        var leader = leader(seats);
        return seats.stream()
                .filter(seat -> waiting.contains(seat.host()))
                .filter(seat -> waiting.size() == 1 || seat.connected() && !(is(leader, seat) && seat.isOnItsWay()))
                .filter(seat -> within(seats).stream()
                        .filter(other -> !other.equals(seat))
                        .allMatch(other -> other.carries() ? other.rests() : seat.isDown() && !other.isOnItsWay()))
                .min(Comparator.comparing(MemberSeat::carries)
                        .thenComparing(seat -> is(leader, seat))
                        .thenComparing(MemberSeat::host))
                .map(MemberSeat::host);
    }

    /**
     * The members that hosts are seen to hold and that their orders do not say yet. What was said once of an incarnation is
     * never said otherwise; where members, now or once seen, are of several clusters, nothing is believed.
     *
     * @param seats all members of one cluster
     */
    public static Map<HostId, HeldMember> held(List<MemberSeat> seats) {
        var held = new TreeMap<HostId, HeldMember>();
        if (areOfOneCluster(seats)) {
            seats.forEach(seat -> seat.seen().ifPresent(member -> held.put(seat.host(), member)));
        }
        return held;
    }

    /**
     * What a host became by permits that the server does not know any more.
     *
     * @param incarnation later than any that was ordered, as far as the server knows
     * @param held the member, if it is there with a vote; otherwise it is on its way in, or lost, as with any other order
     */
    public record Ahead(HostId host, int incarnation, Optional<HeldMember> held) {}

    /**
     * A host whose member was made anew by a permit that the server does not know any more, since its store was put back to what it
     * was before. Its order is to say what it became, since it refuses every other one. The rest of the order is of before as well
     * and may make the member start again: so one host at a time, the leader's last, while every other one is sound, or waits for the
     * same, or is lost.
     *
     * @param seats all members of one cluster
     */
    public static Optional<Ahead> ahead(List<MemberSeat> seats) {
        var within = within(seats);
        if (!areOfOneCluster(seats)
                || !within.stream()
                        .allMatch(seat -> seat.ahead().isPresent() || seat.lost() || seat.carries() && seat.rests())) {
            return Optional.empty();
        }
        var leader = leader(seats);
        return within.stream()
                .filter(seat -> seat.ahead().isPresent())
                .min(Comparator.comparing((MemberSeat seat) -> is(leader, seat)).thenComparing(MemberSeat::host))
                .flatMap(MemberSeat::ahead);
    }

    /**
     * Whom to ask for a snapshot out of turn: a member that carries the quorum, and not the leader where there is another,
     * since reading all of a database takes its time.
     *
     * @param seats all members of one cluster
     */
    public static Optional<HostId> snapshotFrom(List<MemberSeat> seats) {
        var leader = leader(seats);
        return seats.stream()
                .filter(MemberSeat::carries)
                .min(Comparator.comparing((MemberSeat seat) -> is(leader, seat)).thenComparing(MemberSeat::host))
                .map(MemberSeat::host);
    }

    /** How many of so many members have to agree. */
    public static int quorum(int members) {
        return members / 2 + 1;
    }

    private static boolean areAllIdle(List<MemberSeat> seats) {
        boolean full = within(seats).stream().anyMatch(MemberSeat::full);
        return within(seats).stream()
                        .allMatch(seat -> seat.carries()
                                && seat.keepsNote()
                                // While nothing can be written, hosts do not come to what they are ordered to be.
                                && (full ? !seat.changing() && !seat.busy() : seat.rests()))
                && areOfOneCluster(seats);
    }

    /**
     * Whether the database is full, and those who are there carry the quorum and have nothing to do. One whose host speaks must not
     * be down by an order. One whose host is away may have a defragmentation to catch up on: when it is back its agent asks the
     * others first, and begins with nothing while one of them is down for a while.
     */
    private static boolean isFullAndHasItsQuorum(List<MemberSeat> seats) {
        var within = within(seats);
        var there = within.stream().filter(MemberSeat::carries).toList();
        return there.stream().anyMatch(MemberSeat::full)
                && there.size() >= quorum(within.size())
                && there.stream().allMatch(seat -> seat.keepsNote() && !seat.changing())
                && within.stream()
                        .noneMatch(seat -> seat.connected() && (seat.busy() || !seat.carries() && seat.isOnItsWay()))
                && areOfOneCluster(seats);
    }

    /** Who leads, as the member of the newest term says: what the others said of it may be older. */
    private static Optional<EtcdId> leader(List<MemberSeat> seats) {
        return seats.stream()
                .flatMap(seat -> seat.status().stream())
                .filter(status -> status.leader() != 0)
                .max(Comparator.comparingLong(MemberStatus::term))
                .map(status -> new EtcdId(status.leader()));
    }

    private static boolean is(Optional<EtcdId> member, MemberSeat seat) {
        return member.isPresent() && seat.status().map(MemberStatus::id).equals(member);
    }

    private static EtcdUpkeep wanted(MemberSeat seat, Map<HostId, EtcdUpkeep> asked) {
        return asked.getOrDefault(seat.host(), EtcdUpkeep.NONE);
    }

    private static boolean areOfOneCluster(List<MemberSeat> seats) {
        var within = within(seats);
        var now = within.stream()
                .flatMap(seat -> seat.status().stream())
                .map(status -> status.cluster().bits());
        var once =
                within.stream().flatMap(seat -> seat.ordered().known().stream()).map(HeldMember::cluster);
        return Stream.concat(now, once).collect(Collectors.toSet()).size() <= 1;
    }
}
