package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.Revision;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.EtcdRemovable;
import io.keelson.proto.agent.v1.EtcdRemovableKind;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.operator.v1.EtcdUsageRequest;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdUsageTest {
    private static final EtcdUsage USAGE = EtcdUsage.newBuilder()
            .setKeys(2)
            .addRemovables(removable(EtcdRemovableKind.ETCD_REMOVABLE_KIND_FAILED_PODS, "pods", 5))
            .addRemovables(removable(EtcdRemovableKind.ETCD_REMOVABLE_KIND_EVENTS, "events", 70))
            .build();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    private static EtcdRemovable.Builder removable(EtcdRemovableKind kind, String type, long bytes) {
        return EtcdRemovable.newBuilder()
                .setKind(kind)
                .setType(type)
                .setNamespace("shop")
                .setKeys(1)
                .setBytes(bytes);
    }

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

    private EtcdUsageResponse ask(String cluster) {
        return fixture.operator.etcdUsage(
                EtcdUsageRequest.newBuilder().setCluster(cluster).build());
    }

    private StatusRuntimeException refused(String cluster) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> ask(cluster));
    }

    private void sound(String host, Role role) {
        fixture.agents.connected(host, Revision.NONE);
        fixture.agents.member(host, 1, role, 10);
        fixture.questions.answers(host, USAGE);
    }

    @Test
    void asksAFollowerAndPlansByWhatItTells() {
        sound("cp-a", Role.LEADER);
        sound("cp-b", Role.FOLLOWER);

        var answer = ask("prod");

        assertThat(answer.getHost()).isEqualTo("cp-b");
        assertThat(answer.getCluster()).isEqualTo("prod");
        assertThat(answer.getUsage()).isEqualTo(USAGE);
        assertThat(answer.getPlanList())
                .extracting(EtcdUsageResponse.Deletion::getCommand)
                .containsExactly(
                        "kubectl delete events -n shop --all",
                        "kubectl delete pods -n shop --field-selector=status.phase=Failed");
        assertThat(fixture.questions.asked).containsExactly("cp-b");
    }

    @Test
    void asksTheNextOneWhereOneCannotSay() {
        sound("cp-a", Role.FOLLOWER);
        sound("cp-b", Role.LEADER);
        fixture.questions.refuses("cp-a", ProblemCode.HOST_QUESTION_UNKNOWN);

        assertThat(ask("prod").getHost()).isEqualTo("cp-b");
    }

    @Test
    void asksNobodyElseWhileOneIsBusyWithIt() {
        sound("cp-a", Role.FOLLOWER);
        sound("cp-b", Role.FOLLOWER);
        fixture.questions.refuses("cp-a", ProblemCode.HOST_QUESTION_BUSY);

        assertThat(OperatorFixture.codes(refused("prod"))).containsExactly("HOST_QUESTION_BUSY");
        assertThat(fixture.questions.asked).containsExactly("cp-a");
    }

    @Test
    void tellsEveryReasonWhereNobodyCanSay() {
        for (var host : List.of("cp-a", "cp-b")) {
            fixture.questions.refuses(host, ProblemCode.ETCD_CALL_FAILED);
        }

        assertThat(OperatorFixture.codes(refused("prod"))).containsExactly("ETCD_CALL_FAILED", "ETCD_CALL_FAILED");
    }

    @Test
    void saysAtWhichServerTheHostsAreIfNotAtThisOne() {
        fixture.questions.answers("w-1", USAGE);
        fixture.agents.connected("cp-a", Revision.NONE);

        var refusal = refused("prod");

        assertThat(OperatorFixture.codes(refusal)).containsExactly("HOST_NOT_CONNECTED");
        assertThat(refusal).hasMessageContaining("connected elsewhere: cp-a at server-1");
        assertThat(fixture.questions.asked).as("workers hold no member").isEmpty();
    }

    @Test
    void theOnlyClusterNeedsNoNameAndOneOfSeveralDoes() {
        sound("cp-a", Role.FOLLOWER);
        assertThat(ask("").getCluster()).isEqualTo("prod");

        fixture.enrol("other@z1");
        fixture.apply(OperatorFixture.cluster("second", "other", "w-2"));

        var refusal = refused("");
        assertThat(OperatorFixture.codes(refusal)).containsExactly("RESOURCE_INVALID");
        assertThat(refusal).hasMessageContaining("there are 2 clusters");
    }

    @Test
    void aClusterThatThereIsNotIsAProblem() {
        assertThat(OperatorFixture.codes(refused("none"))).containsExactly("CLUSTER_UNKNOWN");
        assertThat(OperatorFixture.codes(refused("No Name"))).containsExactly("RESOURCE_NOT_FOUND");
    }
}
