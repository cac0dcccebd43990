package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.EchoWorkload;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes on when a part of Keelson, or a zone, is away. */
@ExtendWith(SharedFleet.class)
class StabilityScenarios {
    private static final Duration RECOVERY = Duration.ofMinutes(4);

    @Scenario(value = "static-agent-killed", about = "with its agent killed and stopped, nothing on a host changes")
    void withItsAgentKilledAndStoppedNothingOnAHostChanges(KeelsonFleet fleet) {
        for (var host : java.util.List.of(
                fleet.controlPlanes().getLast(), fleet.workers().getFirst())) {
            var before = Snapshot.of(host);
            host.mustExec("systemctl", "kill", "-s", "KILL", "keelson-agent.service");
            assertThat(Snapshot.of(host)).isEqualTo(before);
            host.mustExec("systemctl", "stop", "keelson-agent.service");
            try {
                assertThat(host.exec("systemctl", "is-active", "keelson-agent.service")
                                .ok())
                        .isFalse();
                assertThat(Snapshot.of(host)).isEqualTo(before);
                fleet.kubectl().must("create", "configmap", "agent-away-" + host.name());
            } finally {
                host.mustExec("systemctl", "reset-failed", "keelson-agent.service");
                host.mustExec("systemctl", "start", "keelson-agent.service");
            }
            assertThat(Snapshot.of(host)).isEqualTo(before);
        }
    }

    @Scenario(
            value = "static-server-away",
            about = "with the control server stopped, a control-plane host and a worker are rebooted and come back")
    void withTheControlServerStoppedRebootedHostsComeBack(KeelsonFleet fleet) {
        var rebooted =
                java.util.List.of(fleet.controlPlanes().get(1), fleet.workers().getFirst());
        var witness = fleet.controlPlanes().getFirst();
        fleet.server().mustExec("systemctl", "stop", "keelson-server.service");
        try {
            assertThat(fleet.tryKeelson("get", "hosts").ok()).isFalse();
            for (var host : rebooted) {
                host.restart();
            }
            var local = LocalKubectl.on(witness);
            for (var host : rebooted) {
                local.awaitNodeReady(host.name(), RECOVERY);
            }
            local.must("create configmap written-without-server");
            Awaitility.await("all replicas are ready again")
                    .atMost(RECOVERY)
                    .pollInterval(Duration.ofSeconds(2))
                    .ignoreExceptionsInstanceOf(LabException.class)
                    .until(() -> local.must("get deployment echo -o jsonpath={.status.readyReplicas}")
                            .equals(Integer.toString(EchoWorkload.REPLICAS)));
            for (var node : fleet.nodes()) {
                local.awaitService(node, RECOVERY);
            }
        } finally {
            fleet.server().mustExec("systemctl", "start", "keelson-server.service");
        }
        fleet.awaitReady();
        assertThat(Etcd.of(fleet).health()).hasSize(3).allMatch(line -> line.contains("is healthy"));
    }

    /** eks-anywhere#6847: there a reboot took the member out for good. */
    @Scenario(
            value = "zone-lost",
            about = "one control-plane host killed: the API answers everywhere, the member comes back")
    void oneControlPlaneHostKilledAndTheApiGoesOnAnswering(KeelsonFleet fleet) {
        var before = Etcd.of(fleet).identities();
        var lost = fleet.controlPlanes().getLast();
        lost.kill();
        try {
            assertThat(lost.isRunning()).isFalse();
            for (var worker : fleet.workers()) {
                // The host may have led etcd, and API servers have connections to its member that nobody closed: what
                // is
                // left elects and notices first. That is all that may be noticed, and it ends by itself.
                Awaitility.await("the API answers on " + worker.name())
                        .atMost(RECOVERY)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> readiness(worker), "ok"::equals);
                // Through the balancer: ten calls in a row, each with its own connection.
                for (int call = 0; call < 10; call++) {
                    assertThat(readiness(worker)).isEqualTo("ok");
                }
            }
            fleet.kubectl().must("create", "configmap", "written-without-zone");
        } finally {
            lost.start();
        }
        Awaitility.await("all members are healthy")
                .atMost(RECOVERY)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> Etcd.of(fleet).health().stream()
                                .filter(line -> line.contains("is healthy"))
                                .count()
                        == 3);
        assertThat(Etcd.of(fleet).identities()).isEqualTo(before);
        LocalKubectl.on(fleet.controlPlanes().getFirst()).awaitNodeReady(lost.name(), RECOVERY);
        fleet.awaitReady();
    }

    private static String readiness(LabHost worker) {
        var answer = worker.shell("curl -sS -m 10 --cacert /etc/kubernetes/pki/ca.crt"
                + " --cert /etc/kubernetes/pki/kubelet-client.crt --key /etc/kubernetes/pki/kubelet-client.key"
                + " https://127.0.0.1:6443/readyz");
        return answer.stdout() + answer.stderr();
    }
}
