package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keelson.etcd.EtcdPolicy.Ahead;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which member a host is known to hold. */
class HeldMembersTest {
    private static final HostId A = new HostId("a");
    private static final EtcdId CLUSTER = new EtcdId(-7);

    private static MemberReport report(int incarnation, EtcdId cluster, Role role, boolean quorum, boolean noted) {
        return new MemberReport(
                incarnation,
                Optional.of(new MemberStatus(
                        cluster,
                        new EtcdId(-1),
                        "3.5.16",
                        role,
                        quorum,
                        1,
                        2,
                        10,
                        10,
                        5,
                        1000,
                        400,
                        Set.of(),
                        List.of())),
                noted);
    }

    private static MemberReport votes(int incarnation) {
        return report(incarnation, CLUSTER, Role.FOLLOWER, true, true);
    }

    private static MemberSeat seat(int ordered, Optional<HeldMember> known, boolean connected, MemberReport report) {
        return new MemberSeat(
                A,
                new MemberSeat.Ordered(ordered, EtcdUpkeep.NONE, known, true),
                connected,
                Optional.of(report),
                Optional.empty());
    }

    private static Map<HostId, HeldMember> held(MemberSeat... seats) {
        return EtcdPolicy.held(List.of(seats));
    }

    @Test
    void aHostHoldsTheMemberThatVotesAndIsNoted() {
        assertThat(held(seat(1, Optional.empty(), true, votes(1))))
                .containsExactly(Map.entry(A, new HeldMember(-7, -1, 1)));
    }

    @Test
    void nothingElseIsBelieved() {
        assertThat(held(seat(1, Optional.empty(), false, votes(1))))
                .as("said before")
                .isEmpty();
        assertThat(held(seat(2, Optional.empty(), true, votes(1))))
                .as("not what was ordered")
                .isEmpty();
        for (var report : List.of(
                report(1, CLUSTER, Role.LEARNER, true, true),
                report(1, CLUSTER, Role.FOLLOWER, false, true),
                report(1, CLUSTER, Role.FOLLOWER, true, false),
                new MemberReport(1, Optional.empty(), true))) {
            assertThat(held(seat(1, Optional.empty(), true, report)))
                    .as(report.toString())
                    .isEmpty();
        }
    }

    @Test
    void whatIsKnownOfAnIncarnationIsNeverKnownOtherwise() {
        var other = Optional.of(new HeldMember(-7, 99, 2));
        assertThat(held(seat(2, other, true, votes(2)))).isEmpty();
        assertThat(held(seat(3, other, true, votes(3)))).containsExactly(Map.entry(A, new HeldMember(-7, -1, 3)));
    }

    @Test
    void membersOfSeveralClustersAreNotBelieved() {
        assertThat(held(seat(2, Optional.of(new HeldMember(8, 99, 1)), true, votes(2))))
                .as("once of another")
                .isEmpty();
        var stranger = new MemberSeat(
                new HostId("b"),
                new MemberSeat.Ordered(1, EtcdUpkeep.NONE, true),
                true,
                Optional.of(report(1, new EtcdId(9), Role.FOLLOWER, true, true)),
                Optional.empty());
        assertThat(held(seat(1, Optional.empty(), true, votes(1)), stranger)).isEmpty();
    }

    private static MemberSeat seat(String host, int ordered, MemberReport report, Optional<String> halted) {
        return new MemberSeat(
                new HostId(host),
                new MemberSeat.Ordered(ordered, EtcdUpkeep.NONE, Optional.of(new HeldMember(-7, 5, 1)), true),
                true,
                Optional.of(report),
                halted);
    }

    private static MemberSeat seat(String host, int ordered, MemberReport report) {
        return seat(host, ordered, report, Optional.empty());
    }

    private static Optional<Ahead> ahead(MemberSeat... seats) {
        return EtcdPolicy.ahead(List.of(seats));
    }

    @Test
    void whatAHostBecameByAPermitThatIsForgottenIsOrderedOfIt() {
        var sound = seat("a", 1, votes(1));
        var c = seat("c", 1, votes(3));
        assertThat(held(sound, seat("b", 1, votes(1)), c))
                .as("nothing that was ordered")
                .isEmpty();
        assertThat(ahead(sound, seat("b", 1, votes(1)), c))
                .contains(new Ahead(new HostId("c"), 3, Optional.of(new HeldMember(-7, -1, 3))));
        assertThat(ahead(sound, seat("b", 2, votes(1)))).as("behind its order").isEmpty();
    }

    /** Its host refuses the order, so that nobody hears that it is lost, or it is a learner still. */
    @Test
    void soIsWhatDoesNotVoteAnyMoreOrYet() {
        for (var report :
                List.of(new MemberReport(2, Optional.empty(), true), report(2, CLUSTER, Role.LEARNER, true, false))) {
            assertThat(ahead(seat("a", 1, votes(1)), seat("b", 1, report, Optional.of("HOST_FOREIGN_DATA"))))
                    .contains(new Ahead(new HostId("b"), 2, Optional.empty()));
        }
    }

    @Test
    void ofSeveralOneAtATimeIsOrderedWhatItBecameAndTheLeadersHostLast() {
        var leads = report(2, CLUSTER, Role.LEADER, true, true);
        var other = new MemberReport(
                2,
                Optional.of(new MemberStatus(
                        CLUSTER,
                        new EtcdId(-2),
                        "3.5.16",
                        Role.FOLLOWER,
                        true,
                        -1,
                        2,
                        10,
                        10,
                        5,
                        1000,
                        400,
                        Set.of(),
                        List.of())),
                true);
        // Every member says that -1 leads.
        assertThat(ahead(seat("a", 1, leading(leads)), seat("b", 1, other), seat("c", 1, votes(1))))
                .map(Ahead::host)
                .contains(new HostId("b"));
        assertThat(ahead(seat("a", 1, leading(leads)), seat("b", 2, other), seat("c", 1, votes(1))))
                .map(Ahead::host)
                .contains(new HostId("a"));
        var lost = seat("c", 1, new MemberReport(1, Optional.empty(), true), Optional.of("ETCD_DATA_LOST"));
        assertThat(ahead(seat("a", 1, votes(2)), seat("b", 1, votes(1)), lost))
                .as("beside one that is lost: that one can be made anew only then")
                .isPresent();
        var away = new MemberSeat(
                new HostId("c"),
                new MemberSeat.Ordered(1, EtcdUpkeep.NONE, true),
                false,
                Optional.of(votes(1)),
                Optional.empty());
        assertThat(ahead(seat("a", 1, votes(2)), seat("b", 1, votes(1)), away))
                .as("while another is away")
                .isEmpty();
    }

    private static MemberReport leading(MemberReport report) {
        var status = report.status().orElseThrow();
        return new MemberReport(
                report.incarnation(),
                Optional.of(new MemberStatus(
                        status.cluster(),
                        status.id(),
                        status.version(),
                        Role.LEADER,
                        true,
                        -1,
                        2,
                        10,
                        10,
                        5,
                        1000,
                        400,
                        Set.of(),
                        List.of())),
                true);
    }

    @Test
    void aHostThatSaysNonsenseIsNotFollowed() {
        assertThat(ahead(seat("a", 1, votes(1)), seat("b", 1, votes(1_001)))).isPresent();
        for (var report : List.of(
                votes(Integer.MAX_VALUE),
                votes(1_002),
                report(2, new EtcdId(9), Role.FOLLOWER, true, true),
                report(2, CLUSTER, Role.FOLLOWER, false, true),
                report(2, CLUSTER, Role.FOLLOWER, true, false))) {
            assertThat(ahead(seat("a", 1, votes(1)), seat("b", 1, report)))
                    .as(report.toString())
                    .isEmpty();
        }
        var fenced = new MemberSeat.Ordered(1, EtcdUpkeep.NONE, Optional.empty(), true, 1, true);
        assertThat(ahead(
                        seat("a", 1, votes(1)),
                        new MemberSeat(new HostId("b"), fenced, true, Optional.of(votes(2)), Optional.empty())))
                .as("of before the cluster was begun anew")
                .isEmpty();
    }

    @Test
    void whatWasDoneToAMemberCountsAlsoWhereItsOrderWasForgotten() {
        var done = new MemberReport(1, Optional.of(new EtcdUpkeep(5, 2)), Optional.empty());
        assertThat(seat("a", 1, done).counted()).isEqualTo(new EtcdUpkeep(5, 2));
        var nonsense = new MemberReport(1, Optional.of(new EtcdUpkeep(Integer.MAX_VALUE, 2)), Optional.empty());
        assertThat(seat("a", 1, nonsense).counted()).isEqualTo(EtcdUpkeep.NONE);
        assertThat(seat("a", 1, votes(1)).counted()).isEqualTo(EtcdUpkeep.NONE);
    }

    @Test
    void anOrderKnowsNoMemberThatItDoesNotAskFor() {
        var member = EtcdMember.standard(new NodeName("a"), new IpAddress("192.0.2.1"));
        var worker = EtcdSpec.founding("t", List.of(member), Optional.empty());
        var founder = EtcdSpec.founding("t", List.of(member), Optional.of(member));
        assertThatIllegalArgumentException().isThrownBy(() -> worker.holding(new HeldMember(1, 2, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> founder.holding(new HeldMember(1, 2, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeldMember(0, 2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeldMember(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeldMember(1, 2, 0));
        var known = founder.holding(new HeldMember(1, 2, 1));
        assertThat(known.current()).isPresent();
        assertThat(known.incarnated(2).known()).isEqualTo(known.known());
        assertThat(known.incarnated(2).current()).isEmpty();
    }
}
