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
    private static final String DROP_INS = "/etc/systemd/system/keelson-agent.service.d";
    private static final String HOUR_AHEAD =
            "LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1 FAKETIME=+1h FAKETIME_DONT_FAKE_MONOTONIC=1";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Scenario(
            value = "bad-host-unfit",
            about = "a clock an hour off, a taken port, too little disk are refused; then the host becomes a cluster")
    void anUnfitHostIsRefusedAndGoesOnOnceItIsFit(KeelsonFleet fleet) {
        var spare = fleet.lab().host("s-1");
        spare.mustShell("mkdir -p " + DROP_INS + " && printf '[Service]\\nEnvironment=" + HOUR_AHEAD + "\\n' > "
                + DROP_INS + "/clock.conf && systemctl daemon-reload && systemctl restart keelson-agent.service");
        // A small disk where releases go, and somebody else's program on the kubelet's port.
        spare.mustExec("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", "/opt/keelson");
        spare.mustExec(
                "systemd-run",
                "--unit=intruder",
                "--collect",
                "socat",
                "TCP-LISTEN:10250,fork,reuseaddr",
                "EXEC:/bin/true");
        var before = files(spare);

        fleet.server().writeFile("/root/tiny.yaml", Declarations.cluster("tiny", "s-1", ""), "0644");
        fleet.keelson("apply", "-f", "/root/tiny.yaml");

        awaitProblem(fleet, "HOST_CLOCK_SKEW");
        assertThat(files(spare)).isEqualTo(before);
        spare.mustShell("rm -r " + DROP_INS + " && systemctl daemon-reload && systemctl restart keelson-agent.service");

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
        return host.mustShell("ls -A /etc/kubernetes /etc/systemd/system /etc/containerd /var/lib/etcd /etc/cni 2>&1"
                + " | grep -v -e intruder -e keelson-agent.service.d || true");
    }
}
