package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is done to sound members: who, in which order, and never two. */
class EtcdUpkeepTest {
    private static final long MIB = 1 << 20;
    private static final EtcdId LEADER = new EtcdId(1);
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");
    private static final EtcdUpkeep ONCE = EtcdUpkeep.NONE.defragmented();

    private static MemberStatus status(Role role, long size, long used, Alarm... alarms) {
        return new MemberStatus(
                new EtcdId(7),
                role == Role.LEADER ? LEADER : new EtcdId(2),
                "3.5.16",
                role,
                true,
                1,
                2,
                9,
                9,
                5,
                size,
                used,
                Set.of(alarms),
                List.of());
    }

    private static MemberSeat seat(HostId host, MemberStatus status) {
        return seat(host, EtcdUpkeep.NONE, EtcdUpkeep.NONE, true, Optional.of(status));
    }

    private static MemberSeat seat(
            HostId host, EtcdUpkeep ordered, EtcdUpkeep done, boolean obeyed, Optional<MemberStatus> status) {
        return new MemberSeat(
                host,
                new MemberSeat.Ordered(1, ordered, obeyed),
                true,
                Optional.of(new MemberReport(1, Optional.of(done), status)),
                Optional.empty());
    }

    private static MemberSeat tidy(HostId host) {
        return seat(host, status(Role.FOLLOWER, 200 * MIB, 190 * MIB));
    }

    private static MemberSeat fragmented(HostId host, Role role, long free) {
        return seat(host, status(role, 1000 * MIB, (1000 - free) * MIB));
    }

    private static Optional<MemberPermit> next(MemberSeat... seats) {
        return EtcdPolicy.next(List.of(seats), Map.of(), Lately.NOTHING);
    }

    @Test
    void defragmentsOnlyWhereItPays() {
        assertThat(next(tidy(A), tidy(B), tidy(C))).isEmpty();
        assertThat(status(Role.FOLLOWER, 1000 * MIB, 551 * MIB).fragmented())
                .as("44.9 %")
                .isFalse();
        assertThat(status(Role.FOLLOWER, 1000 * MIB, 550 * MIB).fragmented()).isTrue();
        assertThat(status(Role.FOLLOWER, 180 * MIB, 81 * MIB).fragmented())
                .as("99 MiB")
                .isFalse();
        assertThat(status(Role.FOLLOWER, 180 * MIB, 80 * MIB).fragmented()).isTrue();
        assertThat(status(Role.FOLLOWER, 0, 0).fragmented()).isFalse();
    }

    /** 150 MB that live and 300 MB that are written anew within five minutes: after each compaction it would pay once more. */
    @Test
    void whatIsWrittenAllTheTimeIsNotDefragmentedAllTheTime() {
        var leader = seat(A, status(Role.LEADER, 450 * MIB, 150 * MIB));
        var follower = seat(B, status(Role.FOLLOWER, 450 * MIB, 150 * MIB));
        var seats = List.of(leader, follower, tidy(C));
        assertThat(EtcdPolicy.next(seats, Map.of(), new Lately(false, Set.of(B))))
                .contains(new MemberPermit.Defragment(A));
        var lately = new Lately(false, Set.of(A, B));
        assertThat(EtcdPolicy.next(seats, Map.of(), lately)).isEmpty();
        assertThat(EtcdPolicy.next(seats, Map.of(A, ONCE), lately))
                .as("a person asked for it")
                .contains(new MemberPermit.Defragment(A));
        var full = seat(B, status(Role.FOLLOWER, 2048 * MIB, 1800 * MIB, Alarm.NOSPACE));
        assertThat(EtcdPolicy.next(List.of(tidy(A), full, tidy(C)), Map.of(), lately))
                .as("it is full")
                .contains(new MemberPermit.Defragment(B));
    }

    @Test
    void theLeaderComesLastAndOfTheOthersWhoeverHasMostToGiveBack() {
        assertThat(next(fragmented(A, Role.LEADER, 900), fragmented(B, Role.FOLLOWER, 500), tidy(C)))
                .contains(new MemberPermit.Defragment(B));
        assertThat(next(tidy(A), fragmented(B, Role.FOLLOWER, 500), fragmented(C, Role.FOLLOWER, 501)))
                .contains(new MemberPermit.Defragment(C));
        assertThat(next(fragmented(A, Role.LEADER, 900), tidy(B), tidy(C))).contains(new MemberPermit.Defragment(A));
    }

    @Test
    void nothingIsPermittedWhileAMemberIsUnsoundOrAtWork() {
        var wants = fragmented(B, Role.FOLLOWER, 500);
        assertThat(next(tidy(A), wants, tidy(C))).isPresent();

        var silent = seat(A, EtcdUpkeep.NONE, EtcdUpkeep.NONE, true, Optional.empty());
        assertThat(next(silent, wants, tidy(C))).isEmpty();
        var atWork = seat(A, ONCE, EtcdUpkeep.NONE, true, tidy(A).status());
        assertThat(next(atWork, wants, tidy(C))).isEmpty();
        var done = seat(A, ONCE, ONCE, true, tidy(A).status());
        assertThat(next(done, wants, tidy(C))).contains(new MemberPermit.Defragment(B));
        var away = new MemberSeat(A, tidy(A).ordered(), false, tidy(A).report(), Optional.empty());
        assertThat(next(away, wants, tidy(C))).isEmpty();
        var old = new MemberSeat(
                A, tidy(A).ordered(), true, Optional.of(new MemberReport(1, tidy(A).status())), Optional.empty());
        assertThat(next(old, wants, tidy(C)))
                .as("an agent that notes no upkeep would never say that it is done")
                .isEmpty();
    }

    @Test
    void nobodyIsMadeAnewWhileAMemberIsAtWork() {
        var lost = new MemberSeat(
                C,
                new MemberSeat.Ordered(1, ONCE, false),
                true,
                Optional.of(new MemberReport(1, Optional.empty())),
                Optional.of("ETCD_DATA_LOST"));
        assertThat(next(tidy(A), tidy(B), lost)).contains(new MemberPermit.Rebuild(C));
        var atWork = seat(A, ONCE, EtcdUpkeep.NONE, true, tidy(A).status());
        assertThat(next(atWork, tidy(B), lost)).isEmpty();
        var waits = new MemberSeat(A, atWork.ordered(), true, atWork.report(), Optional.of("ETCD_QUORUM_AT_RISK"));
        assertThat(next(waits, tidy(B), lost))
                .as("it waits for the lost one itself")
                .contains(new MemberPermit.Rebuild(C));
        var underWay = seat(A, EtcdUpkeep.NONE, EtcdUpkeep.NONE, false, tidy(A).status());
        assertThat(next(underWay, tidy(B), lost))
                .as("it was told what may start its member anew")
                .isEmpty();
    }

    @Test
    void aFullDatabaseIsDefragmentedForLessButNotForNothing() {
        var full = seat(B, status(Role.FOLLOWER, 2048 * MIB, 1800 * MIB, Alarm.NOSPACE));
        assertThat(next(tidy(A), full, tidy(C))).contains(new MemberPermit.Defragment(B));
        var ofObjects = seat(B, status(Role.FOLLOWER, 2048 * MIB, 1900 * MIB, Alarm.NOSPACE));
        assertThat(next(tidy(A), ofObjects, tidy(C)))
                .as("what real objects fill is not defragmented again and again")
                .isEmpty();
    }

    private static MemberSeat full(HostId host, EtcdUpkeep ordered, long free) {
        var status = status(Role.FOLLOWER, 2000 * MIB, (2000 - free) * MIB, Alarm.NOSPACE);
        return seat(host, ordered, EtcdUpkeep.NONE, false, Optional.of(status));
    }

    private static MemberSeat away(MemberSeat seat) {
        return new MemberSeat(seat.host(), seat.ordered(), false, seat.report(), Optional.empty());
    }

    @Test
    void aFullDatabaseDoesNotWaitForAMemberThatIsAway() {
        var a = full(A, EtcdUpkeep.NONE, 900);
        var b = full(B, EtcdUpkeep.NONE, 800);
        var away = away(full(C, EtcdUpkeep.NONE, 1000));
        assertThat(next(a, b, away)).contains(new MemberPermit.Defragment(A));
        assertThat(next(full(A, ONCE, 900), b, away)).as("one after the other").isEmpty();
        assertThat(next(a, away(b), away)).as("they do not carry the quorum").isEmpty();
        assertThat(next(fragmented(A, Role.LEADER, 900), tidy(B), away(tidy(C))))
                .as("it is not full")
                .isEmpty();
    }

    @Test
    void whoIsDownByAnOrderIsWaitedForAlsoInAFullDatabase() {
        var a = full(A, EtcdUpkeep.NONE, 900);
        var b = full(B, EtcdUpkeep.NONE, 800);
        assertThat(next(a, b, full(C, ONCE, 1000))).as("it is defragmented now").isEmpty();
        assertThat(next(a, b, away(full(C, ONCE, 1000))))
                .as("its host died in it, and nobody knows when it is back; it asks the others then")
                .contains(new MemberPermit.Defragment(A));
        var restarts = seat(C, EtcdUpkeep.NONE, EtcdUpkeep.NONE, false, Optional.empty());
        assertThat(next(a, b, restarts)).isEmpty();
        var broken = new MemberSeat(C, restarts.ordered(), true, restarts.report(), Optional.of("HOST_STEP_FAILED"));
        assertThat(next(a, b, broken)).contains(new MemberPermit.Defragment(A));
    }

    @Test
    void doesOnceWhatOperatorsAskFor() {
        var asked = Map.of(A, ONCE, B, ONCE, C, EtcdUpkeep.NONE.leading());
        var seats = List.of(tidy(A), tidy(B), tidy(C));
        assertThat(EtcdPolicy.next(seats, asked, Lately.NOTHING)).contains(new MemberPermit.Lead(C));
        var leads = EtcdUpkeep.NONE.leading();
        seats = List.of(tidy(A), tidy(B), seat(C, leads, leads, true, tidy(C).status()));
        assertThat(EtcdPolicy.next(seats, asked, Lately.NOTHING)).contains(new MemberPermit.Defragment(A));
        seats = List.of(seat(A, ONCE, ONCE, true, tidy(A).status()), tidy(B), seats.getLast());
        assertThat(EtcdPolicy.next(seats, asked, Lately.NOTHING)).contains(new MemberPermit.Defragment(B));
        seats = List.of(seats.getFirst(), seat(B, ONCE, ONCE, true, tidy(B).status()), seats.getLast());
        assertThat(EtcdPolicy.next(seats, asked, Lately.NOTHING)).isEmpty();
    }

    @Test
    void nearItsQuotaAFileIsDefragmentedForLess() {
        var file = status(Role.FOLLOWER, 1700 * MIB, 1500 * MIB);
        assertThat(roomy(file, 8192).fragmented()).isFalse();
        assertThat(roomy(file, 2048).fragmented()).isTrue();
        assertThat(roomy(status(Role.FOLLOWER, 1700 * MIB, 1600 * MIB), 2048).fragmented())
                .as("less than a tenth")
                .isFalse();
    }

    private static MemberReport roomy(MemberStatus status, long quota) {
        return new MemberReport(
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new MemberSpace(quota * MIB, Optional.empty())),
                Optional.of(status));
    }

    @Test
    void foreseesWhenTheDatabaseIsFull() {
        var status = status(Role.LEADER, 900 * MIB, 800 * MIB);
        assertThat(new MemberSpace(2048 * MIB, Optional.empty()).untilFull(status))
                .isEmpty();
        assertThat(new MemberSpace(2048 * MIB, Optional.of(-5L)).untilFull(status))
                .isEmpty();
        var growing = new MemberSpace(1000 * MIB, Optional.of(100 * MIB));
        assertThat(growing.untilFull(status)).contains(Duration.ofDays(2));
        assertThat(new MemberSpace(700 * MIB, Optional.of(1L)).untilFull(status))
                .contains(Duration.ZERO);
        assertThat(growing.scarce(status)).as("within a week").isTrue();
        assertThat(new MemberSpace(2048 * MIB, Optional.of(100 * MIB)).scarce(status))
                .isFalse();
        assertThat(new MemberSpace(1000 * MIB, Optional.empty()).scarce(status))
                .as("four fifths")
                .isTrue();
        assertThat(new MemberSpace(1001 * MIB, Optional.empty()).scarce(status)).isFalse();
        assertThat(new MemberSpace(Long.MAX_VALUE, Optional.of(1L)).untilFull(status))
                .isPresent();
    }

    private static MemberSeat paced(HostId host, Role role, long millis) {
        var pace = new MemberPace(Duration.ofMillis(millis), Duration.ZERO, Duration.ZERO);
        var report = new MemberReport(
                1,
                Optional.of(EtcdUpkeep.NONE),
                Optional.of(pace),
                Optional.empty(),
                Optional.of(status(role, 200 * MIB, 190 * MIB)));
        return new MemberSeat(host, tidy(host).ordered(), true, Optional.of(report), Optional.empty());
    }

    @Test
    void aSlowLeaderIsRelievedByOneThatIsNotSlow() {
        var slow = paced(A, Role.LEADER, 200);
        assertThat(next(slow, paced(B, Role.FOLLOWER, 300), paced(C, Role.FOLLOWER, 8)))
                .contains(new MemberPermit.Relieve(C));
        assertThat(next(slow, paced(B, Role.FOLLOWER, 300), tidy(C)))
                .as("nobody knows how quick c is")
                .isEmpty();
        assertThat(next(slow, paced(B, Role.FOLLOWER, 300), paced(C, Role.FOLLOWER, 200)))
                .as("with all slow it would not be better")
                .isEmpty();
        assertThat(EtcdPolicy.next(
                        List.of(slow, paced(B, Role.FOLLOWER, 300), paced(C, Role.FOLLOWER, 8)),
                        Map.of(),
                        new Lately(true, Set.of())))
                .as("the last relief was just now")
                .isEmpty();
        assertThat(next(paced(A, Role.LEADER, 199), paced(B, Role.FOLLOWER, 300), paced(C, Role.FOLLOWER, 8)))
                .as("a slow follower is no leader")
                .isEmpty();
    }

    @Test
    void whatWasToldToOneHoldsUpTheUpkeepOfOthers() {
        var wants = fragmented(B, Role.FOLLOWER, 500);
        var told = seat(A, EtcdUpkeep.NONE, EtcdUpkeep.NONE, false, tidy(A).status());
        assertThat(next(told, wants, tidy(C))).isEmpty();
        var full = seat(
                A,
                EtcdUpkeep.NONE,
                EtcdUpkeep.NONE,
                false,
                Optional.of(status(Role.LEADER, 2048 * MIB, 1000 * MIB, Alarm.NOSPACE)));
        assertThat(next(full, tidy(B), tidy(C)))
                .as("a full database keeps hosts from coming to their order")
                .contains(new MemberPermit.Defragment(A));
    }

    @Test
    void theLeaderIsWhomTheNewestTermNames() {
        var old = status(Role.LEADER, 1000 * MIB, 100 * MIB);
        var newest = new MemberStatus(
                old.cluster(),
                new EtcdId(2),
                "3.5.16",
                Role.LEADER,
                true,
                2,
                3,
                9,
                9,
                5,
                1000 * MIB,
                100 * MIB,
                Set.of(),
                List.of());
        assertThat(next(seat(A, old), seat(B, newest), tidy(C))).contains(new MemberPermit.Defragment(A));
    }

    @Test
    void countsGoUpOnly() {
        assertThat(ONCE.covers(EtcdUpkeep.NONE)).isTrue();
        assertThat(ONCE.covers(ONCE.leading())).isFalse();
        assertThat(ONCE.atLeast(EtcdUpkeep.NONE.leading())).isEqualTo(new EtcdUpkeep(1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EtcdUpkeep(0, -1))
                .withMessageContaining("-1");
    }
}
