package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EtcdPolicyTest {
    private static final EtcdId CLUSTER = new EtcdId(7);
    private static final Optional<String> NO_PROBLEM = Optional.empty();
    private static final Optional<String> LOST = Optional.of("ETCD_DATA_LOST");

    private static MemberStatus status(EtcdId cluster, Role role, boolean quorum, Set<Alarm> alarms) {
        return new MemberStatus(
                cluster, new EtcdId(1), "3.5.16", role, quorum, 1, 2, 10, 10, 5, 1000, 400, alarms, List.of());
    }

    private static MemberReport sound(int incarnation) {
        return new MemberReport(incarnation, Optional.of(status(CLUSTER, Role.FOLLOWER, true, Set.of())));
    }

    private static MemberSeat seat(String host, int incarnation, MemberReport report, Optional<String> halted) {
        return new MemberSeat(new HostId(host), ordered(incarnation), true, Optional.of(report), halted);
    }

    private static MemberSeat.Ordered ordered(int incarnation) {
        return new MemberSeat.Ordered(incarnation, EtcdUpkeep.NONE, true);
    }

    private static MemberSeat sound(String host) {
        return seat(host, 1, sound(1), NO_PROBLEM);
    }

    private static MemberSeat lost(String host) {
        return seat(host, 1, new MemberReport(1, Optional.empty()), LOST);
    }

    private static Optional<HostId> rebuild(MemberSeat... seats) {
        return EtcdPolicy.rebuild(List.of(seats));
    }

    @Test
    void aMemberWhoseDiskIsEmptyIsMadeAnewWhileTheOthersCarryTheQuorum() {
        assertThat(rebuild(sound("a"), lost("b"), sound("c"))).contains(new HostId("b"));
        assertThat(rebuild(sound("a"), sound("b"), sound("c"))).isEmpty();
    }

    @Test
    void aMemberWhoseDataDifferIsMadeAnewOnceItIsStopped() {
        var corrupt = Optional.of("ETCD_DATA_CORRUPT");
        var stopped = seat("b", 1, new MemberReport(1, Optional.empty()), corrupt);
        assertThat(rebuild(sound("a"), stopped, sound("c"))).contains(new HostId("b"));
        assertThat(rebuild(sound("a"), seat("b", 1, sound(1), corrupt), sound("c")))
                .as("it runs")
                .isEmpty();
        assertThat(rebuild(sound("a"), stopped, lost("c"))).isEmpty();
        assertThat(rebuild(sound("a"), stopped, seat("c", 1, new MemberReport(1, Optional.empty()), corrupt)))
                .as("two of three")
                .isEmpty();
        var alarmed = status(CLUSTER, Role.FOLLOWER, true, Set.of(Alarm.CORRUPT));
        assertThat(rebuild(sound("a"), stopped, seat("c", 1, new MemberReport(1, Optional.of(alarmed)), NO_PROBLEM)))
                .as("another one is accused as well")
                .isEmpty();
    }

    @Test
    void whereItIsNotClearWhoseDataAreRightNothingIsMadeAnew() {
        assertThat(rebuild(
                        sound("a"),
                        seat("b", 1, new MemberReport(1, Optional.empty()), Optional.of("ETCD_DATA_DIFFERS")),
                        sound("c")))
                .isEmpty();
    }

    @Test
    void neverWithoutTheQuorumOfAllMembers() {
        assertThat(rebuild(lost("a"))).isEmpty();
        assertThat(rebuild(sound("a"), lost("b"))).as("two of two are needed").isEmpty();
        var without = status(CLUSTER, Role.LEADER, false, Set.of());
        var corrupt = status(CLUSTER, Role.FOLLOWER, true, Set.of(Alarm.CORRUPT));
        for (var unsound : List.of(without, corrupt)) {
            assertThat(rebuild(
                            sound("a"), lost("b"), seat("c", 1, new MemberReport(1, Optional.of(unsound)), NO_PROBLEM)))
                    .isEmpty();
        }
        assertThat(rebuild(sound("a"), lost("b"), seat("c", 1, new MemberReport(1, Optional.empty()), NO_PROBLEM)))
                .as("a member that does not answer")
                .isEmpty();
        assertThat(rebuild(
                        sound("a"),
                        lost("b"),
                        new MemberSeat(new HostId("c"), ordered(1), false, Optional.of(sound(1)), NO_PROBLEM)))
                .as("what a host said before it went away is old")
                .isEmpty();
        assertThat(rebuild(
                        sound("a"),
                        lost("b"),
                        new MemberSeat(new HostId("c"), ordered(1), true, Optional.empty(), NO_PROBLEM)))
                .isEmpty();
    }

    @Test
    void aHostThatIsAwayIsLeftAlone() {
        var away = new MemberSeat(new HostId("b"), ordered(1), false, lost("b").report(), LOST);
        assertThat(rebuild(sound("a"), away, sound("c"))).isEmpty();
        assertThat(rebuild(
                        sound("a"),
                        seat("b", 1, new MemberReport(1, Optional.empty()), Optional.of("HOST_FOREIGN_DATA")),
                        sound("c")))
                .as("data of others are a person's business")
                .isEmpty();
    }

    @Test
    void oneAtATime() {
        var five = new ArrayList<>(List.of(sound("a"), lost("b"), sound("c"), sound("d"), sound("e")));
        assertThat(EtcdPolicy.rebuild(five)).contains(new HostId("b"));

        five.set(1, seat("b", 2, new MemberReport(1, Optional.empty()), LOST));
        assertThat(EtcdPolicy.rebuild(five)).as("permitted, not begun").isEmpty();

        five.set(2, lost("c"));
        assertThat(EtcdPolicy.rebuild(five)).as("while b is not done").isEmpty();

        five.set(1, seat("b", 2, new MemberReport(2, Optional.empty()), NO_PROBLEM));
        assertThat(EtcdPolicy.rebuild(five)).as("b is noted and not up").isEmpty();

        var learns = status(CLUSTER, Role.LEARNER, true, Set.of());
        five.set(1, seat("b", 2, new MemberReport(2, Optional.of(learns)), NO_PROBLEM));
        assertThat(EtcdPolicy.rebuild(five)).as("b learns").isEmpty();

        five.set(1, seat("b", 2, sound(2), NO_PROBLEM));
        assertThat(EtcdPolicy.rebuild(five)).as("b votes again").contains(new HostId("c"));

        five.set(3, lost("d"));
        assertThat(EtcdPolicy.rebuild(five))
                .as("two at once are a person's business")
                .isEmpty();
    }

    @Test
    void aProblemThatIsOverIsNone() {
        var repaired = seat("b", 1, sound(1), LOST);
        assertThat(rebuild(sound("a"), repaired, sound("c"))).isEmpty();
    }

    @Test
    void membersThatAreOfTwoClustersAreNobodysBusiness() {
        var other = status(new EtcdId(8), Role.FOLLOWER, true, Set.of());
        assertThat(rebuild(
                        sound("a"),
                        lost("b"),
                        sound("c"),
                        sound("d"),
                        seat("e", 1, new MemberReport(1, Optional.of(other)), NO_PROBLEM)))
                .isEmpty();
    }

    @Test
    void idsAreWrittenAsEtcdWritesThem() {
        var id = EtcdId.parse("fd422379fda50e48");
        assertThat(id).hasToString("fd422379fda50e48").isGreaterThan(EtcdId.parse("1"));
        assertThat(id.bits()).isNegative();
        for (var none : List.of("", "0", "FD", "0x1", "11111111111111111", "g")) {
            assertThatIllegalArgumentException().isThrownBy(() -> EtcdId.parse(none));
        }
    }
}
