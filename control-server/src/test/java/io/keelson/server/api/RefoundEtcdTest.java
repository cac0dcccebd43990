package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Revision;
import io.keelson.proto.operator.v1.EtcdRemains;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.fleet.RegisteredCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator may have begun anew, from the request to what hosts are to be. */
class RefoundEtcdTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        fixture.loop.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.desired.all().size() == 4);
        fixture.questions.holds("cp-a", disk(8, 100));
        fixture.questions.holds("cp-c", null);
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private static MemberDisk disk(long term, long index) {
        return disk(term, index, Optional.of(new Keyspace(70, 5, 0xabcdL, 12)));
    }

    private static MemberDisk disk(long term, long index, Optional<Keyspace> answered) {
        return disk(term, index, index - 3, answered);
    }

    private static MemberDisk disk(long term, long index, long commit, Optional<Keyspace> answered) {
        return new MemberDisk(new EtcdId(1), new EtcdId(2), term, index, commit, false, answered);
    }

    private RefoundEtcdResponse ask(String confirm) {
        return fixture.operator.refoundEtcd(RefoundEtcdRequest.newBuilder()
                .setCluster("prod")
                .setConfirm(confirm)
                .build());
    }

    private String refused(RefoundEtcdRequest.Builder request) {
        var refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> fixture.operator.refoundEtcd(request.setCluster("prod").build()));
        return OperatorFixture.codes(refusal).getFirst();
    }

    private RegisteredCluster cluster() {
        return Optional.ofNullable(fixture.fleet.read().clusters().get(new ClusterName("prod")))
                .orElseThrow();
    }

    @Test
    void aPlanSaysWhatIsLeftAndDoesNothing() {
        var plan = ask("");
        assertThat(plan.getFounder()).isEqualTo("cp-a");
        assertThat(plan.getNumber()).isEqualTo(1);
        assertThat(plan.getConfirmed()).isFalse();
        assertThat(plan.getHostsList()).extracting(EtcdRemains::getHost).containsExactly("cp-a", "cp-b", "cp-c");
        assertThat(plan.getHosts(0).getDisk().getIndex()).isEqualTo(100);
        assertThat(plan.getHosts(0).getDisk().getCommit()).isEqualTo(97);
        assertThat(plan.getHosts(0).getDisk().getHash()).isEqualTo(0xabcd);
        assertThat(plan.getHosts(1).getProblem().getCode()).isEqualTo("HOST_NOT_CONNECTED");
        assertThat(plan.getHosts(2).hasProblem()).isFalse();
        assertThat(plan.getHosts(2).getDisk().getPresent()).isFalse();
        assertThat(cluster().refounding()).isEmpty();
        assertThat(ask("").getPlan()).as("the same again").isEqualTo(plan.getPlan());
    }

    @Test
    void onlyThePlanThatWasShownIsConfirmed() {
        var plan = ask("").getPlan();
        fixture.questions.holds("cp-a", disk(8, 101));
        assertThat(refused(RefoundEtcdRequest.newBuilder().setConfirm(plan))).isEqualTo("ETCD_RECOVERY_CHANGED");
        assertThat(cluster().refounding()).isEmpty();
        assertThat(ask(ask("").getPlan()).getConfirmed()).isTrue();
        assertThat(cluster().refounding().orElseThrow().origin()).isEqualTo(new Refounding.Origin.Disk());
    }

    @Test
    void aMemberThatAnswersNowAndThenIsTheSamePlan() {
        var plan = ask("").getPlan();
        fixture.questions.holds("cp-a", disk(8, 100, Optional.empty()));
        assertThat(ask(plan).getConfirmed()).isTrue();
    }

    @Test
    void whatAMemberThatIsAloneStillWritesToItsLogIsTheSamePlan() {
        var plan = ask("").getPlan();
        fixture.questions.holds("cp-a", disk(8, 104, 97, Optional.empty()));
        assertThat(ask(plan).getConfirmed()).isTrue();
    }

    @Test
    void onceConfirmedAllHostsAreFencedFirst() {
        ask(ask("").getPlan());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> fixture.desired.all().stream()
                                .flatMap(state -> state.node().stream())
                                .map(NodeSpec::etcd)
                                .filter(etcd -> etcd.own().isPresent())
                                .filter(etcd -> etcd.isFenced() && etcd.refoundings() == 1)
                                .count()
                        == 3);
        assertThat(fixture.desired
                        .get(new HostId("w-1"))
                        .flatMap(DesiredState::node)
                        .orElseThrow()
                        .etcd()
                        .refounding())
                .isEmpty();
        assertThat(ask("").getNumber()).as("another attempt is another one").isEqualTo(2);
    }

    @Test
    void aClusterThatLivesIsNotBegunAnew() {
        fixture.agents.connected("cp-a", Revision.NONE);
        fixture.agents.member("cp-a", 1, Role.LEADER, 10);
        assertThat(refused(RefoundEtcdRequest.newBuilder())).isEqualTo("ETCD_NOT_LOST");
        assertThat(refused(RefoundEtcdRequest.newBuilder().setSnapshot("20200101T000000Z-cp-a")))
                .isEqualTo("ETCD_NOT_LOST");
        assertThat(cluster().refounding()).isEmpty();
    }

    /** It takes its host seconds to notice that it lost the others, and more until the server hears of it. */
    @Test
    void aMemberThatSaidToHaveItsMajorityIsAskedWhetherItStillDoes() {
        fixture.agents.connected("cp-a", Revision.NONE);
        fixture.agents.member("cp-a", 1, Role.LEADER, 10);
        fixture.questions.isNow("cp-a", TestAgents.status("cp-a", Role.LEADER, 10));
        assertThat(refused(RefoundEtcdRequest.newBuilder())).isEqualTo("ETCD_NOT_LOST");
        fixture.questions.isNow("cp-a", TestAgents.status("cp-a", Role.FOLLOWER, false, 10));
        assertThat(ask("").getFounder()).isEqualTo("cp-a");
        fixture.questions.isNow("cp-a", null);
        assertThat(ask(ask("").getPlan()).getConfirmed()).isTrue();
    }

    @Test
    void aSnapshotThatIsNotThereIsRefusedBeforeAnythingIsStopped() {
        fixture.agents.connected("cp-c", Revision.NONE);
        fixture.agents.member("cp-c", new MemberReport(1, Optional.empty()));
        assertThat(refused(RefoundEtcdRequest.newBuilder().setSnapshot("20200101T000000Z-cp-a")))
                .isEqualTo("ETCD_SNAPSHOT_UNKNOWN");
        assertThat(refused(RefoundEtcdRequest.newBuilder().setSnapshot("../../etc/passwd")))
                .isEqualTo("ETCD_SNAPSHOT_UNKNOWN");
        assertThat(cluster().refounding()).isEmpty();
    }
}
