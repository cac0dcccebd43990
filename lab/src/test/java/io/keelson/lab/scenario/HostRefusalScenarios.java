package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hosts that are not fit: the agent refuses before it changes anything, and goes on by itself once they are. */
@ExtendWith(SharedFleet.class)
class HostRefusalScenarios {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Scenario(
            value = "bad-host-unfit",
            about = "too little disk, then a taken port, are refused; then the host becomes a cluster")
    void anUnfitHostIsRefusedAndGoesOnOnceItIsFit(KeelsonFleet fleet) {
        var spare = fleet.lab().host("s-1");
        // A small disk where releases go, and somebody else's program on the kubelet's port.
        spare.mustExec("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", "/opt/keelson");
        spare.mustExec("systemd-run", "--unit=intruder", "socat", "TCP-LISTEN:10250,fork,reuseaddr", "EXEC:/bin/true");
        var before = files(spare);

        fleet.server().writeFile("/root/tiny.yaml", Declarations.cluster("tiny", "s-1", ""), "0644");
        fleet.keelson("apply", "-f", "/root/tiny.yaml");

        awaitProblem(fleet, "HOST_PORT_TAKEN");
        assertThat(fleet.keelson("describe", "host", "s-1")).contains("socat");
        assertThat(files(spare)).isEqualTo(before);
        spare.mustExec("systemctl", "stop", "intruder.service");

        awaitProblem(fleet, "HOST_DISK_FULL");
        assertThat(files(spare)).isEqualTo(before);
        spare.mustExec("umount", "/opt/keelson");

        var ready = fleet.server()
                .exec(
                        Duration.ofMinutes(10),
                        "keelson",
                        "wait",
                        "cluster/tiny",
                        "--for=condition=Ready",
                        "--timeout",
                        "9m");
        assertThat(ready.exit()).as(ready.stderr()).isZero();
    }

    private static void awaitProblem(KeelsonFleet fleet, String code) {
        Awaitility.await(code + " is reported")
                .atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> fleet.keelson("describe", "host", "s-1").contains(code));
    }

    private static String files(LabHost host) {
        return host.mustShell(
                "ls -A /etc/kubernetes /etc/systemd/system /etc/containerd /var/lib/etcd /etc/cni 2>&1 | grep -v intruder || true");
    }
}
