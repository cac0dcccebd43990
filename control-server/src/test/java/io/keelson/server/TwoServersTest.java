package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Role;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.proto.agent.v1.StepReport;
import io.keelson.server.desired.Decision;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.store.EtcdProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one real etcd: either may die, and etcd may restart. */
class TwoServersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HostId HOST = new HostId("a");

    private final TestAgent agent = new TestAgent("a");
    private EtcdProcess etcd;
    private TestServer first;
    private TestServer second;

    @TempDir
    Path directory;

    @BeforeEach
    void start() {
        etcd = EtcdProcess.start(directory.resolve("etcd"));
        first = TestServer.start(directory, "first", etcd.store(), InstantSource.system());
        await().atMost(PATIENCE).until(() -> first.leadership.current().isPresent());
        second = TestServer.start(directory, "second", etcd.store(), InstantSource.system());
        await().atMost(PATIENCE).until(() -> second.leadership.leader().isPresent());
    }

    @AfterEach
    void stop() {
        agent.close();
        second.close();
        first.close();
        second.store.close();
        first.store.close();
        etcd.close();
    }

    @Test
    void ordersOfTheLeaderReachAnAgentOfTheOtherServerAndTheOtherTakesOver() {
        agent.enrol(second).dial(second).hello();
        var old = first.leadership.require();
        first.desired.decide(old, HOST, Optional.of(TestNodes.node("a", Role.WORKER)));
        await().atMost(PATIENCE).until(() -> agent.orders().size() == 1);

        first.store.close(); // as if the process were gone: it can neither renew nor resign
        await().atMost(PATIENCE).until(() -> second.leadership.current().isPresent());
        var epoch = second.leadership.require();
        assertThat(epoch).isGreaterThan(old);
        assertThat(second.desired.decide(old, HOST, Optional.empty())).isInstanceOf(Decision.Refused.class);
        assertThat(second.desired.decide(epoch, HOST, Optional.empty())).isInstanceOf(Decision.Written.class);
        await().atMost(PATIENCE).until(() -> agent.orders().size() == 2);
        assertThat(agent.orders().getLast().getEpoch()).isEqualTo(epoch.value());
    }

    @Test
    void serversAndSessionsGoOnWhenEtcdRestarts() {
        agent.enrol(second).dial(second).hello();
        await().atMost(PATIENCE).until(() -> !agent.received.isEmpty());
        etcd.kill();
        agent.heartbeat();
        etcd.start();
        await().atMost(PATIENCE)
                .until(() -> first.leadership.current().isPresent()
                        != second.leadership.current().isPresent());
        var leader = first.leadership.current().isPresent() ? first : second;
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            var node = Optional.of(TestNodes.node("a", Role.WORKER));
            return !(leader.desired.decide(leader.leadership.require(), HOST, node) instanceof Decision.Refused);
        });
        await().atMost(PATIENCE).until(() -> !agent.orders().isEmpty());
        assertThat(agent.broken()).isNull();
        agent.report(Report.newBuilder()
                .setSpool("s")
                .setSequence(1)
                .setRevision(1)
                .setStep(StepReport.newBuilder().setStep("etcd").setPhase(StepPhase.STEP_PHASE_DONE))
                .build());
        await().atMost(PATIENCE).until(() -> agent.received.stream().anyMatch(ServerMessage::hasReportAck));
        assertThat(second.observed.events(HOST, 10)).hasSize(1);
    }

    @Test
    void agentsAreToldOfEveryServerAlsoOfOneThatComesLater() {
        agent.enrol(first).dial(first).hello();
        await().atMost(PATIENCE).until(() -> servers().size() == 2);
        var third = TestServer.start(directory, "third", etcd.store(), InstantSource.system());
        try {
            await().atMost(PATIENCE).until(() -> servers().size() == 3);
            assertThat(servers())
                    .containsExactlyInAnyOrder(
                            first.settings.endpoints().agents(),
                            second.settings.endpoints().agents(),
                            third.settings.endpoints().agents());
        } finally {
            third.close();
            third.store.close();
        }
    }

    /** What the agent was told last. */
    private List<String> servers() {
        return agent.received.stream()
                .filter(ServerMessage::hasServers)
                .reduce((earlier, later) -> later)
                .map(message -> List.copyOf(message.getServers().getAgentEndpointsList()))
                .orElse(List.of());
    }

    @Test
    void newSecretsKeyIsUsedByBothServersWithoutARestart() {
        var cluster = new ClusterName("prod");
        first.secretsRotationLoop.start();
        second.secretsRotationLoop.start();
        await().atMost(PATIENCE).until(() -> first.secretsRotation.picture().settled());
        var before = first.pki.certificates(cluster).kubernetes();

        var fresh = first.settings.secretsKey().addKey(); // the file of both

        await().atMost(PATIENCE)
                .until(() -> first.secretsRotation
                                .picture()
                                .active()
                                .orElseThrow()
                                .key()
                                .equals(fresh)
                        && first.secretsRotation.picture().settled());
        assertThat(first.secretsRotation.picture().underActive())
                .as("three authorities of the cluster, one of servers and hosts")
                .isEqualTo(4);
        assertThat(second.pki.certificates(cluster).kubernetes()).isEqualTo(before);
        assertThat(second.secretsRotation.picture().problems()).isEmpty();
    }

    @Test
    void authoritiesOfAClusterAreTheSameOnBothServers() {
        var cluster = new ClusterName("prod");
        assertThat(first.pki.certificates(cluster).kubernetes())
                .isEqualTo(second.pki.certificates(cluster).kubernetes());
        for (var entry : first.store.list("/keelson/v1/pki/")) {
            assertThat(entry.text()).doesNotContain("PRIVATE KEY");
        }
    }
}
