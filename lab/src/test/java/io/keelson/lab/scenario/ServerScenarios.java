package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.SecondServer;
import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the control server outlives. */
@ExtendWith(SharedFleet.class)
class ServerScenarios {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KeelsonFleet fleet;
    private final LabHost server;

    ServerScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.server = fleet.server();
    }

    @Scenario(value = "server-etcd-restart", about = "the server goes on when its etcd is killed and restarted")
    void theServerGoesOnWhenItsEtcdIsRestarted() {
        var before = pid("keelson-server.service");
        var etcd = pid("keelson-etcd.service");
        server.mustExec("systemctl", "kill", "-s", "KILL", "keelson-etcd.service");
        await("etcd is another process").until(() -> running("keelson-etcd.service", etcd));

        await("the server answers").until(() -> fleet.tryKeelson("get", "hosts").ok());
        await("and writes")
                .until(() -> fleet.tryKeelson("token", "create", "--out", "/root/token-" + System.nanoTime())
                        .ok());
        assertThat(pid("keelson-server.service")).isEqualTo(before);
        awaitAllConnected(fleet.tryKeelson("get", "hosts"));
    }

    @Scenario(value = "server-lost", about = "of two servers the leader dies: the other leads and has all agents")
    void ofTwoServersTheLeaderDies() {
        try (var second = SecondServer.start(fleet)) {
            second.takeOver();
            assertThat(fleet.tryKeelson("get", "hosts").ok()).isFalse();
            assertThat(second.keelson("apply", "-f", "/root/" + KeelsonFleet.CLUSTER + ".yaml")
                            .stdout())
                    .contains("unchanged");
        }
        fleet.awaitReady();
    }

    private void awaitAllConnected(ExecResult now) {
        if (!allConnected(now)) {
            await("all agents are connected").until(() -> allConnected(fleet.tryKeelson("get", "hosts")));
        }
    }

    private boolean allConnected(ExecResult hosts) {
        var connected = hosts.stdout()
                .lines()
                .filter(line -> line.matches("\\S+ +True .*"))
                .count();
        return hosts.ok() && connected == fleet.topology().agentNames().size();
    }

    private String pid(String unit) {
        return server.mustExec("systemctl", "show", "-p", "MainPID", "--value", unit)
                .strip();
    }

    private boolean running(String unit, String before) {
        var now = pid(unit);
        return !now.equals("0") && !now.equals(before);
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofSeconds(1));
    }
}
