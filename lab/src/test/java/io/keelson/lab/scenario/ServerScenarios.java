package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
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
    private static final String SECOND = "keelson-server-2.service";
    private static final String SECOND_CONTEXT = "/root/second.yaml";

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
        startSecond();
        try {
            await("agents know of both servers")
                    .until(() -> fleet.topology().agentNames().stream()
                            .allMatch(name -> fleet.lab()
                                    .host(name)
                                    .readFile("/var/lib/keelson/agent/identity/identity.json")
                                    .contains(":8444")));
            assertThat(fleet.keelson("server", "status", "-o", "json")).contains("\"leader\" : \"srv\"");

            server.mustExec("systemctl", "kill", "-s", "KILL", "keelson-server.service");
            server.mustExec("systemctl", "stop", "keelson-server.service");
            assertThat(fleet.tryKeelson("get", "hosts").ok()).isFalse();

            await("the second server leads")
                    .until(() ->
                            second("server", "status", "-o", "json").stdout().contains("\"leader\" : \"srv-2\""));
            await("all agents are with the second server").until(() -> allConnected(second("get", "hosts")));
            assertThat(second("apply", "-f", "/root/" + KeelsonFleet.CLUSTER + ".yaml")
                            .stdout())
                    .contains("unchanged");
        } finally {
            server.mustExec("systemctl", "start", "keelson-server.service");
            server.exec("systemctl", "stop", SECOND);
        }
        await("all agents are back").until(() -> allConnected(fleet.tryKeelson("get", "hosts")));
        // It is gone for good; otherwise keys would not be replaced without it.
        fleet.keelson("server", "forget", "srv-2");
        fleet.awaitReady();
    }

    /** A second server on the same host: other ports and another name, the same etcd and the same content. */
    private void startSecond() {
        server.mustShell("sed -e 's/name: srv/name: srv-2/' -e 's/-port: 7/-port: 8/' /etc/keelson/server/server.yaml"
                + " > /etc/keelson/server/server-2.yaml");
        server.mustShell("umask 077; sed -e 's/:7443/:8443/' /root/.config/keelson/config.yaml > " + SECOND_CONTEXT);
        server.mustExec(
                "systemd-run",
                "--unit=" + SECOND,
                "--collect",
                "--uid=keelson",
                "--gid=keelson",
                "/usr/lib/keelson-server/runtime/bin/java",
                "@/usr/lib/keelson-server/server.args",
                "-Dquarkus.config.locations=/etc/keelson/server/server-2.yaml",
                "-Dquarkus.http.port=8480",
                "-jar",
                "/usr/lib/keelson-server/app/quarkus-run.jar");
        await("the second server answers")
                .until(() -> second("server", "status").ok());
    }

    private ExecResult second(String... arguments) {
        var command =
                new java.util.ArrayList<>(java.util.List.of("env", "KEELSON_CONFIG=" + SECOND_CONTEXT, "keelson"));
        command.addAll(java.util.List.of(arguments));
        return server.exec(command.toArray(String[]::new));
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
