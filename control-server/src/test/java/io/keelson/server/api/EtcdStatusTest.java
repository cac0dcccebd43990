package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Revision;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdReport;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdStatus;
import io.keelson.proto.agent.v1.EtcdUpkeep;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.keeper.v1.KeptEtcd;
import io.keelson.proto.keeper.v1.KeptRestore;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusRequest;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.server.audit.RestoredStore;
import io.keelson.server.fleet.SnapshotSubject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdStatusTest {
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
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private EtcdStatusResponse status(String cluster) {
        return fixture.operator.etcdStatus(
                EtcdStatusRequest.newBuilder().setCluster(cluster).build());
    }

    private EtcdCluster prod() {
        return status("prod").getClusters(0);
    }

    @Test
    void namesEveryMemberBeforeItsHostHasSaidAnything() {
        assertThat(prod().getSize()).isEqualTo(3);
        assertThat(prod().getQuorum()).isEqualTo(2);
        assertThat(prod().getCarrying()).isZero();
        assertThat(prod().getMembersList())
                .extracting(EtcdMember::getHost)
                .as("workers have none")
                .containsExactly("cp-a", "cp-b", "cp-c");
        assertThat(prod().getMembers(0))
                .isEqualTo(EtcdMember.newBuilder()
                        .setHost("cp-a")
                        .setName("cp-a")
                        .setOrderedIncarnation(1)
                        .setAskedUpkeep(EtcdUpkeep.getDefaultInstance())
                        .setOrderedUpkeep(EtcdUpkeep.getDefaultInstance())
                        .build());
    }

    @Test
    void saysWhatHostsSaidAndWhatIsWrongWithThem() {
        for (var host : new String[] {"cp-a", "cp-b", "cp-c"}) {
            fixture.agents.connected(host, new Revision(1));
        }
        fixture.agents.member("cp-a", 1, Role.LEADER, 12);
        fixture.agents.member("cp-c", 1, Role.FOLLOWER, 10);
        fixture.agents.lost("cp-c", 1);

        var leader = prod().getMembers(0);
        assertThat(leader.getHealthy()).isTrue();
        assertThat(leader.getRole()).isEqualTo(EtcdRole.ETCD_ROLE_LEADER);
        assertThat(leader.getClusterId()).isEqualTo("c1");
        assertThat(leader.getIndex()).isEqualTo(12);
        assertThat(leader.getReportedIncarnation()).isEqualTo(1);
        assertThat(leader.getLastSeenMillis()).isPositive();
        assertThat(leader.hasProblem()).isFalse();
        var silent = prod().getMembers(1);
        assertThat(silent.getConnected()).isTrue();
        assertThat(silent.getCurrent()).isFalse();
        var lost = prod().getMembers(2);
        assertThat(lost.getCurrent()).isTrue();
        assertThat(lost.getHealthy()).isFalse();
        assertThat(lost.getRole()).isEqualTo(EtcdRole.ETCD_ROLE_UNSPECIFIED);
        assertThat(lost.getProblem().getCode()).isEqualTo("ETCD_DATA_LOST");
        assertThat(prod().getCarrying()).isEqualTo(1);
    }

    @Test
    void answersForAllClustersAndForNoneThatThereIsNot() {
        fixture.apply(OperatorFixture.cluster("test", "w-2", ""));
        assertThat(status("").getClustersList())
                .extracting(EtcdCluster::getName)
                .containsExactly("prod", "test");
        var refused = catchThrowableOfType(StatusRuntimeException.class, () -> status("gone"));
        assertThat(OperatorFixture.codes(refused)).containsExactly("CLUSTER_UNKNOWN");
    }

    @Test
    void saysWhatTheKeeperOfTheServersOwnEtcdSaw() throws Exception {
        assertThat(status("").hasServer()).as("no keeper is on this host").isFalse();
        var report = directory.resolve("keeper-report");
        var kept = KeptEtcd.newBuilder()
                .setServer("ctl-a")
                .setWrittenMillis(fixture.clock.instant().toEpochMilli())
                .setOrderedIncarnation(1)
                .setOrderedUpkeep(EtcdUpkeep.newBuilder().setDefragmentation(2))
                .setObeyed(true)
                .setReport(EtcdReport.newBuilder()
                        .setIncarnation(1)
                        .setUpkeep(EtcdUpkeep.newBuilder().setDefragmentation(1))
                        .setStatus(EtcdStatus.newBuilder()
                                .setClusterId(1)
                                .setMemberId(2)
                                .setRole(EtcdRole.ETCD_ROLE_LEADER)
                                .setQuorum(true)
                                .setDbBytes(77)
                                .addAlarms(EtcdAlarm.ETCD_ALARM_NOSPACE)))
                .setProblem(ProblemReport.newBuilder().setCode("ETCD_NOSPACE"));
        Files.write(report, kept.build().toByteArray());

        var server = status("").getServer();
        assertThat(server.getName()).isEqualTo("(server)");
        assertThat(server.getCarrying()).isEqualTo(1);
        var member = server.getMembers(0);
        assertThat(member.getHost()).isEqualTo("ctl-a");
        assertThat(member.getCurrent()).isTrue();
        assertThat(member.getHealthy()).isTrue();
        assertThat(member.getDbBytes()).isEqualTo(77);
        assertThat(member.getOrderedUpkeep().getDefragmentation()).isEqualTo(2);
        assertThat(member.getDoneUpkeep().getDefragmentation()).isEqualTo(1);
        assertThat(member.getProblem().getCode()).isEqualTo("ETCD_NOSPACE");
        assertThat(status("prod").hasServer()).isFalse();

        Files.write(report, kept.setWrittenMillis(1).build().toByteArray());
        assertThat(status("").getServer().getMembers(0).getCurrent()).as("old").isFalse();
        assertThat(status("").getServer().getCarrying()).isZero();

        var own = new ServerEtcd(
                report, new SnapshotSubject(ClusterName.OF_SERVER, SnapshotPolicy.STANDARD, fixture.clock.instant()));
        assertThat(own.restored()).as("none was made").isEmpty();
        Files.write(
                report,
                kept.setRestore(KeptRestore.newBuilder()
                                .setNumber(7)
                                .setPlan("p")
                                .setSnapshot("s")
                                .setContent("c"))
                        .build()
                        .toByteArray());
        assertThat(own.restored()).contains(new RestoredStore.Restore(7, "p", "s", "c"));

        Files.writeString(report, "no report");
        assertThat(own.restored()).isEmpty();
        assertThat(status("").hasServer()).isFalse();
        assertThat(status("").getClustersCount()).isEqualTo(1);
    }
}
