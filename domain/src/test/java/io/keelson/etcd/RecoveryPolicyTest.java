package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.etcd.MemberStatus.Role;
import io.keelson.etcd.RecoveryPolicy.Candidate;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecoveryPolicyTest {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final EtcdId CLUSTER = new EtcdId(99);

    private static Optional<MemberDisk> disk(long term, long index) {
        return Optional.of(new MemberDisk(CLUSTER, new EtcdId(7), term, index, index - 1, false, Optional.empty()));
    }

    private static MemberSeat seat(String host, boolean connected, boolean quorum, boolean fenced) {
        var status = new MemberStatus(
                CLUSTER, new EtcdId(7), "3.5.16", Role.FOLLOWER, quorum, 0, 2, 9, 9, 9, 1, 1, Set.of(), List.of());
        return new MemberSeat(
                new HostId(host),
                new MemberSeat.Ordered(1, EtcdUpkeep.NONE, Optional.empty(), true, fenced ? 1 : 0, fenced),
                connected,
                Optional.of(new MemberReport(1, quorum ? Optional.of(status) : Optional.empty())),
                Optional.empty());
    }

    private static Candidate candidate(String host, Optional<MemberDisk> disk) {
        return new Candidate(seat(host, true, false, false), disk);
    }

    private static Candidate away(String host) {
        return new Candidate(seat(host, false, true, false), Optional.empty());
    }

    private static Candidate fenced(String host, Optional<MemberDisk> disk) {
        return new Candidate(seat(host, true, false, true), disk);
    }

    private static String freshest(Candidate... candidates) {
        return RecoveryPolicy.freshest(PROD, List.of(candidates)).host().value();
    }

    @Test
    void theOnlyDiskThatIsLeftIsProposed() {
        assertThat(freshest(candidate("a", Optional.empty()), candidate("b", disk(2, 9)), away("c")))
                .isEqualTo("b");
    }

    @Test
    void ofSeveralTheLaterTermAndThenTheLongerLogIsTheFreshest() {
        assertThat(freshest(candidate("a", disk(2, 900)), candidate("b", disk(3, 10)), away("c"), away("d"), away("e")))
                .isEqualTo("b");
        assertThat(freshest(fenced("a", disk(3, 9)), fenced("b", disk(3, 10)), fenced("c", disk(2, 11))))
                .isEqualTo("b");
        assertThat(freshest(fenced("b", disk(3, 9)), fenced("a", disk(3, 9)))).isEqualTo("a");
    }

    /** Logs begin anew with the cluster: the longest one may be the oldest. */
    @Test
    void membersOfBeforeCountOnlyIfNothingElseIsLeft() {
        refused(ProblemCode.ETCD_NOT_LOST, () -> freshest(candidate("a", disk(2, 9)), fenced("c", disk(7, 5000))));
        assertThat(freshest(candidate("a", disk(2, 9)), candidate("b", Optional.empty()), fenced("c", disk(7, 5000))))
                .isEqualTo("a");
        assertThat(freshest(candidate("a", Optional.empty()), fenced("c", disk(7, 5000))))
                .isEqualTo("c");
    }

    @Test
    void aMajorityOfDisksIsNoLoss() {
        refused(
                ProblemCode.ETCD_NOT_LOST,
                () -> freshest(candidate("a", disk(2, 9)), candidate("b", disk(2, 9)), away("c")));
    }

    @Test
    void whatHasItsMajorityIsNotBegunAnew() {
        var alive = new Candidate(seat("a", true, true, false), disk(2, 9));
        refused(ProblemCode.ETCD_NOT_LOST, () -> freshest(alive, away("b"), away("c")));
        refused(
                ProblemCode.ETCD_NOT_LOST,
                () -> RecoveryPolicy.restoring(PROD, List.of(alive, away("b")), Optional.empty()));
    }

    @Test
    void whatAHostThatIsAwayOnceSaidOfItsMajorityIsOld() {
        assertThat(freshest(candidate("a", disk(2, 9)), away("b"), away("c"))).isEqualTo("a");
    }

    @Test
    void whereNobodyKnowsWhoseDataAreRightASnapshotMayBeRestored() {
        var status = new MemberStatus(
                CLUSTER,
                new EtcdId(7),
                "3.5.16",
                Role.FOLLOWER,
                true,
                0,
                2,
                9,
                9,
                9,
                1,
                1,
                Set.of(MemberStatus.Alarm.CORRUPT),
                List.of());
        var alarmed = new Candidate(
                new MemberSeat(
                        new HostId("a"),
                        new MemberSeat.Ordered(1, EtcdUpkeep.NONE, Optional.empty(), true),
                        true,
                        Optional.of(new MemberReport(1, Optional.of(status))),
                        Optional.empty()),
                disk(2, 9));
        assertThat(RecoveryPolicy.restoring(PROD, List.of(alarmed, away("b")), Optional.empty())
                        .host())
                .isEqualTo(new HostId("a"));
        refused(ProblemCode.ETCD_NOT_LOST, () -> freshest(alarmed, away("b"), away("c")));
    }

    @Test
    void withoutADiskThereIsNothingToBeginWith() {
        refused(ProblemCode.ETCD_NOTHING_LEFT, () -> freshest(candidate("a", Optional.empty()), away("b"), away("c")));
    }

    @Test
    void aSnapshotIsRestoredOnAHostThatIsThere() {
        var candidates = List.of(away("a"), candidate("b", Optional.empty()), candidate("c", Optional.empty()));
        assertThat(RecoveryPolicy.restoring(PROD, candidates, Optional.empty()).host())
                .isEqualTo(new HostId("b"));
        assertThat(RecoveryPolicy.restoring(PROD, candidates, Optional.of(new HostId("c")))
                        .host())
                .isEqualTo(new HostId("c"));
        refused(
                ProblemCode.HOST_NOT_CONNECTED,
                () -> RecoveryPolicy.restoring(PROD, candidates, Optional.of(new HostId("a"))));
        refused(
                ProblemCode.RESOURCE_INVALID,
                () -> RecoveryPolicy.restoring(PROD, candidates, Optional.of(new HostId("w-1"))));
    }

    private static void refused(ProblemCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }
}
