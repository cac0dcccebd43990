package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.EchoWorkload;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;

/** From bare hosts to a cluster that works. */
@ExtendWith(SharedFleet.class)
class InstallScenarios {

    @Scenario(value = "install-three-zones", about = "bare hosts become a cluster that answers from every node")
    void bareHostsBecomeAClusterThatAnswersFromEveryNode(KeelsonFleet fleet) {
        var kubectl = fleet.kubectl();
        assertThat(kubectl.must("get", "nodes", "--no-headers").lines())
                .hasSize(fleet.nodes().size())
                .allMatch(line -> line.contains(" Ready "));

        var echo = new EchoWorkload(fleet);
        assertThat(echo.nodes())
                .containsExactlyInAnyOrderElementsOf(fleet.topology().workerNames());
        for (var node : fleet.nodes()) {
            assertThat(echo.awaitAnswersFrom(node, Duration.ofSeconds(60))).isNotEmpty();
        }
        assertThat(Etcd.of(fleet).health()).hasSize(3).allMatch(line -> line.contains("is healthy"));
    }

    @Scenario(value = "install-second-run", about = "a second run of the playbook changes nothing")
    void aSecondRunOfThePlaybookChangesNothing(KeelsonFleet fleet) {
        // Brings what other scenarios have released since the first one.
        var brought = fleet.ansible().play("site");
        assertThat(fleet.ansible().play("site"))
                .as("what changed again, after " + brought)
                .isEmpty();
    }

    @Scenario(value = "install-apply-again", about = "the same declaration applied again changes nothing")
    void theSameDeclarationAppliedAgainChangesNothing(KeelsonFleet fleet) {
        var revisions = Revisions.of(fleet);
        assertThat(fleet.keelson("apply", "-f", "/root/" + KeelsonFleet.CLUSTER + ".yaml"))
                .contains("unchanged");
        assertThat(Revisions.of(fleet)).isEqualTo(revisions);
    }

    @Scenario(value = "install-pods-outside", about = "pods reach addresses outside the cluster, as their node")
    void podsReachAddressesOutsideTheClusterAsTheirNode(KeelsonFleet fleet) {
        var kubectl = fleet.kubectl();
        // The server's host has no route to pods; it answers with the address from which it was called.
        fleet.server()
                .mustExec(
                        "systemd-run",
                        "--unit=whoami",
                        "--collect",
                        "socat",
                        "TCP-LISTEN:8099,fork,reuseaddr",
                        "SYSTEM:echo $SOCAT_PEERADDR");
        try {
            for (var worker : fleet.workers()) {
                var pod = kubectl.must(
                                "get",
                                "pods",
                                "-l",
                                "app=echo",
                                "--field-selector",
                                "spec.nodeName=" + worker.name(),
                                "-o",
                                "jsonpath={.items[0].metadata.name}")
                        .strip();
                assertThat(kubectl.must(
                                        "exec",
                                        pod,
                                        "--",
                                        "nc",
                                        "-w",
                                        "10",
                                        fleet.server().address(),
                                        "8099")
                                .strip())
                        .isEqualTo(worker.address());
            }
        } finally {
            fleet.server().mustExec("systemctl", "stop", "whoami.service");
        }
    }

    @Scenario(value = "install-kubectl-streams", about = "exec and logs work through the server's tunnel")
    void execAndLogsWorkThroughTheTunnel(KeelsonFleet fleet) {
        var kubectl = fleet.kubectl();
        var pod = kubectl.must("get", "pods", "-l", "app=echo", "-o", "jsonpath={.items[0].metadata.name}")
                .strip();
        assertThat(kubectl.must("exec", pod, "--", "hostname").strip()).isEqualTo(pod);
        assertThat(kubectl.run("logs", pod).ok()).isTrue();
    }
}
