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
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");
    private static final EtcdUpkeep ONCE = EtcdUpkeep.NONE.defragmented();

    private static MemberStatus status(Role role, long size, long used, Alarm... alarms) {
        return new MemberStatus(
                new EtcdId(7),
                new EtcdId(1),
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
        return EtcdPolicy.next(List.of(seats), Map.of());
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
        assertThat(next(seat(A, ONCE, EtcdUpkeep.NONE, true, tidy(A).status()), tidy(B), lost))
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

    @Test
    void doesOnceWhatOperatorsAskFor() {
        var asked = Map.of(A, ONCE, B, ONCE, C, EtcdUpkeep.NONE.leading());
        var seats = List.of(tidy(A), tidy(B), tidy(C));
        assertThat(EtcdPolicy.next(seats, asked)).contains(new MemberPermit.Lead(C));
        var leads = EtcdUpkeep.NONE.leading();
        seats = List.of(tidy(A), tidy(B), seat(C, leads, leads, true, tidy(C).status()));
        assertThat(EtcdPolicy.next(seats, asked)).contains(new MemberPermit.Defragment(A));
        seats = List.of(seat(A, ONCE, ONCE, true, tidy(A).status()), tidy(B), seats.getLast());
        assertThat(EtcdPolicy.next(seats, asked)).contains(new MemberPermit.Defragment(B));
        seats = List.of(seats.getFirst(), seat(B, ONCE, ONCE, true, tidy(B).status()), seats.getLast());
        assertThat(EtcdPolicy.next(seats, asked)).isEmpty();
    }

    private static MemberSeat paced(HostId host, Role role, long millis) {
        var pace = new MemberPace(Duration.ofMillis(millis), Duration.ZERO, Duration.ZERO);
        var report = new MemberReport(
                1, Optional.of(EtcdUpkeep.NONE), Optional.of(pace), Optional.of(status(role, 200 * MIB, 190 * MIB)));
        return new MemberSeat(host, tidy(host).ordered(), true, Optional.of(report), Optional.empty());
    }

    @Test
    void aSlowLeaderIsRelievedByOneThatIsNotSlow() {
        var slow = paced(A, Role.LEADER, 200);
        assertThat(next(slow, paced(B, Role.FOLLOWER, 300), paced(C, Role.FOLLOWER, 8)))
                .contains(new MemberPermit.Lead(C));
        assertThat(next(slow, paced(B, Role.FOLLOWER, 300), tidy(C)))
                .as("nobody knows how quick c is")
                .isEmpty();
        assertThat(next(slow, paced(B, Role.FOLLOWER, 300), paced(C, Role.FOLLOWER, 200)))
                .as("with all slow it would not be better")
                .isEmpty();
        assertThat(next(paced(A, Role.LEADER, 199), paced(B, Role.FOLLOWER, 300), paced(C, Role.FOLLOWER, 8)))
                .as("a slow follower is no leader")
                .isEmpty();
    }

    @Test
    void restartsOneMemberAfterTheOtherAndTheLeaderLast() {
        var leader = seat(A, status(Role.LEADER, 200 * MIB, 190 * MIB));
        assertThat(EtcdPolicy.disturb(List.of(leader, tidy(B), tidy(C)), List.of(A, B, C)))
                .contains(B);
        var told = seat(B, EtcdUpkeep.NONE, EtcdUpkeep.NONE, false, tidy(B).status());
        assertThat(EtcdPolicy.disturb(List.of(leader, told, tidy(C)), List.of(A, C)))
                .as("b has not come to its order yet")
                .isEmpty();
        assertThat(EtcdPolicy.disturb(List.of(leader, tidy(B), tidy(C)), List.of(A)))
                .contains(A);
        assertThat(EtcdPolicy.disturb(List.of(leader, tidy(B)), List.of())).isEmpty();
        assertThat(EtcdPolicy.disturb(List.of(leader), List.of(A))).contains(A);
    }

    @Test
    void whereOneIsDownOnlyThatOneMayBeTold() {
        var down = seat(C, EtcdUpkeep.NONE, EtcdUpkeep.NONE, false, Optional.empty());
        assertThat(EtcdPolicy.disturb(List.of(tidy(A), tidy(B), down), List.of(A, B)))
                .isEmpty();
        assertThat(EtcdPolicy.disturb(List.of(tidy(A), tidy(B), down), List.of(A, B, C)))
                .contains(C);
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
