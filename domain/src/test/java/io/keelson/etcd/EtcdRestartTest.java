package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose host is told next what makes a member start again. */
class EtcdRestartTest {
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");

    private static MemberStatus status(Role role) {
        return new MemberStatus(
                new EtcdId(7),
                new EtcdId(role == Role.LEADER ? 1 : 2),
                "3.5.16",
                role,
                true,
                1,
                2,
                9,
                9,
                5,
                200,
                190,
                Set.of(),
                List.of());
    }

    private static MemberSeat seat(HostId host, boolean obeyed, Optional<MemberStatus> status) {
        return new MemberSeat(
                host,
                new MemberSeat.Ordered(1, EtcdUpkeep.NONE, obeyed),
                true,
                Optional.of(new MemberReport(1, Optional.of(EtcdUpkeep.NONE), status)),
                Optional.empty());
    }

    private static MemberSeat tidy(HostId host) {
        return seat(host, true, Optional.of(status(Role.FOLLOWER)));
    }

    @Test
    void restartsOneMemberAfterTheOtherAndTheLeaderLast() {
        var leader = seat(A, true, Optional.of(status(Role.LEADER)));
        assertThat(EtcdPolicy.disturb(List.of(leader, tidy(B), tidy(C)), List.of(A, B, C)))
                .contains(B);
        var told = seat(B, false, tidy(B).status());
        assertThat(EtcdPolicy.disturb(List.of(leader, told, tidy(C)), List.of(A, C)))
                .as("b has not come to its order yet")
                .isEmpty();
        assertThat(EtcdPolicy.disturb(List.of(leader, tidy(B), tidy(C)), List.of(A)))
                .contains(A);
        assertThat(EtcdPolicy.disturb(List.of(leader, tidy(B)), List.of())).isEmpty();
        assertThat(EtcdPolicy.disturb(List.of(leader), List.of(A))).contains(A);
    }

    @Test
    void aLeaderIsNotTakenForOneThatCarriesNothing() {
        var leader = seat(A, true, Optional.of(status(Role.LEADER)));
        var silent = new MemberSeat(A, leader.ordered(), false, leader.report(), Optional.empty());
        assertThat(EtcdPolicy.disturb(List.of(silent, tidy(B), tidy(C)), List.of(A, B, C)))
                .as("its agent has just come back and said nothing of its member")
                .isEmpty();
        assertThat(EtcdPolicy.disturb(List.of(silent, tidy(B), tidy(C)), List.of(A)))
                .contains(A);
        var onItsWay = seat(A, false, leader.status());
        assertThat(EtcdPolicy.disturb(List.of(onItsWay, tidy(B), tidy(C)), List.of(A, B, C)))
                .as("it will be at rest, and then the others come first")
                .isEmpty();
        var stuck = new MemberSeat(A, onItsWay.ordered(), true, onItsWay.report(), Optional.of("HOST_DISK_FULL"));
        assertThat(EtcdPolicy.disturb(List.of(stuck, tidy(B), tidy(C)), List.of(A, B, C)))
                .as("what is told may be what mends it")
                .contains(A);
    }

    @Test
    void aMemberThatCarriesNothingMayBeToldBesideOthersThatProblemsHoldUp() {
        var onTheirWay = Stream.of(A, B, C)
                .map(host -> seat(host, false, Optional.empty()))
                .toList();
        assertThat(EtcdPolicy.disturb(onTheirWay, List.of(A, B, C)))
                .as("they may come up any moment, and then start anew together")
                .isEmpty();
        var down = onTheirWay.stream()
                .map(seat -> new MemberSeat(
                        seat.host(), seat.ordered(), true, seat.report(), Optional.of("HOST_STEP_DID_NOT_SETTLE")))
                .toList();
        assertThat(EtcdPolicy.disturb(down, List.of(A, B, C)))
                .as("a release whose etcd never came up can be replaced")
                .contains(A);
        assertThat(EtcdPolicy.disturb(down, List.of(B, C))).contains(B);
        var away = new MemberSeat(A, tidy(A).ordered(), false, tidy(A).report(), Optional.empty());
        assertThat(EtcdPolicy.disturb(List.of(away, down.get(1), tidy(C)), List.of(A)))
                .as("nothing is known of a host that is away")
                .isEmpty();
    }

    @Test
    void whereOneIsDownOnlyThatOneMayBeTold() {
        var down = seat(C, false, Optional.empty());
        assertThat(EtcdPolicy.disturb(List.of(tidy(A), tidy(B), down), List.of(A, B)))
                .isEmpty();
        assertThat(EtcdPolicy.disturb(List.of(tidy(A), tidy(B), down), List.of(A, B, C)))
                .contains(C);
    }
}
