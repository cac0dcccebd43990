package io.keelson.etcd;

import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import java.util.Optional;

/**
 * A host that is to hold a member, and what is known of it.
 *
 * @param ordered what the host is ordered to hold
 * @param connected whether the host speaks now; what it said is old otherwise
 * @param report empty if it never said anything of a member
 * @param halted the code of the problem that keeps the host from what it is ordered to be
 */
public record MemberSeat(
        HostId host, Ordered ordered, boolean connected, Optional<MemberReport> report, Optional<String> halted) {
    /** Between a snapshot of the server's store and its restore nothing is permitted more often than that. */
    private static final int FORGOTTEN = 1_000;

    /**
     * Of the order of a host, what is about its member.
     *
     * @param incarnation see {@link io.keelson.fleet.EtcdSpec#incarnation}
     * @param upkeep see {@link io.keelson.fleet.EtcdSpec#upkeep}
     * @param known see {@link io.keelson.fleet.EtcdSpec#known}
     * @param obeyed whether the host has come to all that its order wants, its release too; of {@code upkeep} its report tells
     * @param refoundings see {@link io.keelson.fleet.EtcdSpec#refoundings}
     * @param fenced see {@link io.keelson.fleet.EtcdSpec#isFenced}
     */
    public record Ordered(
            int incarnation,
            EtcdUpkeep upkeep,
            Optional<HeldMember> known,
            boolean obeyed,
            int refoundings,
            boolean fenced) {
        /** Of a host in a cluster that was never begun anew. */
        public Ordered(int incarnation, EtcdUpkeep upkeep, Optional<HeldMember> known, boolean obeyed) {
            this(incarnation, upkeep, known, obeyed, 0, false);
        }

        /** Of a host that was not seen to hold a member. */
        public Ordered(int incarnation, EtcdUpkeep upkeep, boolean obeyed) {
            this(incarnation, upkeep, Optional.empty(), obeyed);
        }
    }

    /** Whether it is what it is ordered to be, and is one of those who carry the quorum. */
    public boolean carries() {
        return connected && settled() && status().filter(MemberStatus::carries).isPresent();
    }

    /** Whether it is of before the cluster was begun anew: whatever it is, it is no part of it. */
    public boolean fenced() {
        return ordered.fenced();
    }

    /** Whether it is known to have stopped since it is of before; its host could be a new member. */
    boolean stopped() {
        return fenced()
                && connected
                && status().isEmpty()
                && halted.filter(ProblemCode.ETCD_MEMBER_FENCED.name()::equals).isPresent();
    }

    /** Whether a change of this member was permitted and is not over. */
    boolean changing() {
        return !settled() || status().filter(status -> !status.role().votes()).isPresent();
    }

    /** Whether upkeep was permitted and is not over. A host that has noted none has nothing to go on with. */
    boolean busy() {
        return report.flatMap(MemberReport::upkeep)
                .filter(done -> !done.covers(ordered.upkeep()))
                .isPresent();
    }

    /** Whether it can be told to do upkeep: what it says of it is how its end is known. */
    boolean keepsNote() {
        return report.flatMap(MemberReport::upkeep).isPresent();
    }

    /** Whether it has nothing to do that could take it down: no order that it has not come to, no upkeep. */
    boolean rests() {
        return !changing() && !busy() && ordered.obeyed();
    }

    /**
     * The same, but one that waits with what it was permitted until the others are sound waits for the rebuilding itself. It
     * asks them again before it begins, and they do not carry a quorum without it before the rebuilt one votes.
     */
    boolean restsForRebuild() {
        return rests()
                || !changing()
                        && halted.filter(ProblemCode.ETCD_QUORUM_AT_RISK.name()::equals)
                                .isPresent();
    }

    /** Whether it is just coming to what it is ordered to be, as far as its host says: no problem holds it up. */
    boolean isOnItsWay() {
        return connected && !rests() && halted.isEmpty();
    }

    /** Whether it is known to carry nothing now; of a host that is away nothing is known. */
    boolean isDown() {
        return connected
                && report.isPresent()
                && status().filter(MemberStatus::carries).isEmpty();
    }

    /** Whether the database takes no writes, as it says. */
    boolean full() {
        return status().filter(status -> status.alarms().contains(MemberStatus.Alarm.NOSPACE))
                .isPresent();
    }

    /** How quick it was lately. */
    Optional<MemberPace> pace() {
        return report.flatMap(MemberReport::pace);
    }

    /**
     * Whether the member's data are of no use any more: its disk was the host's and is empty now, or the host has found that
     * they differ from the others' and noted that they are never served again.
     */
    boolean lost() {
        return connected
                && settled()
                && status().isEmpty()
                && halted.filter(code -> code.equals(ProblemCode.ETCD_DATA_LOST.name())
                                || code.equals(ProblemCode.ETCD_DATA_CORRUPT.name()))
                        .isPresent();
    }

    /** Whether a defragmentation pays. */
    boolean fragmented() {
        return report.filter(MemberReport::fragmented).isPresent();
    }

    /** Whether the cluster would wait for it if it led. */
    boolean slow() {
        return report.flatMap(MemberReport::pace).filter(MemberPace::slow).isPresent();
    }

    /** The member that the host says to hold, with a vote and noted; empty if its order says one of that incarnation already. */
    Optional<HeldMember> seen() {
        boolean said = ordered.known()
                .filter(held -> held.incarnation() == ordered.incarnation())
                .isPresent();
        return said || !settled() ? Optional.empty() : noted();
    }

    /**
     * What the host became by a permit that the server does not know any more, its store being put back to what it was before:
     * a member with its vote that is noted, as above; or none that votes yet or any more.
     */
    Optional<EtcdPolicy.Ahead> ahead() {
        boolean votes = status().filter(status -> status.role().votes()).isPresent();
        var held = noted();
        return report.map(MemberReport::incarnation)
                .filter(said -> connected && !fenced() && (held.isPresent() || !votes))
                .filter(said -> said > ordered.incarnation() && said - ordered.incarnation() <= FORGOTTEN)
                .map(said -> new EtcdPolicy.Ahead(host, said, held));
    }

    /**
     * What was done to the member, as its host has noted, or is ordered to be: the higher of each count. A store that was put back
     * orders less than was done, and what is permitted on top of that would be done already.
     */
    public EtcdUpkeep counted() {
        return report.flatMap(MemberReport::upkeep)
                .filter(done -> done.defragmentation() - ordered.upkeep().defragmentation() <= FORGOTTEN
                        && done.leadership() - ordered.upkeep().leadership() <= FORGOTTEN)
                .map(ordered.upkeep()::atLeast)
                .orElse(ordered.upkeep());
    }

    private Optional<HeldMember> noted() {
        return report.filter(MemberReport::noted)
                .flatMap(said -> said.status()
                        .filter(status -> connected && status.role().votes() && status.quorum())
                        .map(status -> new HeldMember(
                                status.cluster().bits(), status.id().bits(), said.incarnation())));
    }

    /** The same, whose member was asked again; as it was if the host never said anything of a member. */
    public MemberSeat asked(Optional<MemberStatus> now) {
        return new MemberSeat(host, ordered, connected, report.map(said -> said.with(now)), halted);
    }

    /** What the member last said of itself. */
    public Optional<MemberStatus> status() {
        return report.flatMap(MemberReport::status);
    }

    /** Whether it is of the incarnation that is ordered, as it last said. */
    boolean settled() {
        return report.filter(found -> found.incarnation() == ordered.incarnation())
                .isPresent();
    }
}
