package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.proto.operator.v1.EtcdSnapshotsRequest;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotRequest;
import io.keelson.server.desired.DesiredState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots as operators ask for them. */
class TakeSnapshotTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
        await().atMost(PATIENCE).until(() -> fixture.desired.all().size() == 4);
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private Optional<SnapshotOrder> order(String host) {
        return fixture.desired
                .get(new HostId(host))
                .flatMap(DesiredState::node)
                .flatMap(node -> node.etcd().snapshots());
    }

    private long asked(String host) {
        return order(host).orElseThrow().asked();
    }

    private static String code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return OperatorFixture.codes(catchThrowableOfType(StatusRuntimeException.class, call))
                .getFirst();
    }

    @Test
    void hostsOfMembersAreToldTheKeyAndThePolicy() {
        assertThat(order("cp-a")).isPresent().isEqualTo(order("cp-b"));
        assertThat(order("cp-a").orElseThrow().key())
                .isEqualTo(fixture.pki.snapshotKey(new io.keelson.fleet.ClusterName("prod")));
        assertThat(order("w-1")).isEmpty();
    }

    @Test
    void oneSoundMemberThatDoesNotLeadIsAskedOnce() {
        for (var host : List.of("cp-a", "cp-b", "cp-c", "w-1")) {
            fixture.agents.connected(host, new Revision(1));
        }
        fixture.agents.member("cp-a", 1, Role.LEADER, 10);
        fixture.agents.member("cp-c", 1, Role.FOLLOWER, 10);
        fixture.operator.takeEtcdSnapshot(
                TakeEtcdSnapshotRequest.newBuilder().setCluster("prod").build());
        await().atMost(PATIENCE).until(() -> asked("cp-c") == 1);
        fixture.agents.member("cp-b", 1, Role.FOLLOWER, 10);
        fixture.operator.takeEtcdSnapshot(
                TakeEtcdSnapshotRequest.newBuilder().setCluster("prod").build());
        await().atMost(PATIENCE).until(() -> asked("cp-b") == 2);
        assertThat(asked("cp-a")).isZero();
        assertThat(asked("cp-c")).isEqualTo(1);
    }

    @Test
    void whatThereIsNotIsRefused() {
        assertThat(code(() -> fixture.operator.takeEtcdSnapshot(
                        TakeEtcdSnapshotRequest.newBuilder().setCluster("gone").build())))
                .isEqualTo("CLUSTER_UNKNOWN");
        assertThat(code(() -> fixture.operator.etcdSnapshots(
                        EtcdSnapshotsRequest.newBuilder().setCluster("gone").build())))
                .isEqualTo("CLUSTER_UNKNOWN");
        assertThat(fixture.operator
                        .etcdSnapshots(EtcdSnapshotsRequest.newBuilder()
                                .setCluster("prod")
                                .build())
                        .getSnapshotsList())
                .isEmpty();
        for (var id : List.of("20260102T030405Z-cp-a", "../../etc/passwd", "")) {
            assertThat(code(() -> fixture.operator
                            .saveEtcdSnapshot(SaveEtcdSnapshotRequest.newBuilder()
                                    .setCluster("prod")
                                    .setId(id)
                                    .build())
                            .hasNext()))
                    .isEqualTo("ETCD_SNAPSHOT_UNKNOWN");
        }
    }
}
