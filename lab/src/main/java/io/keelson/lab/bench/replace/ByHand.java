package io.keelson.lab.bench.replace;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.OsLevel;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * The peer: what a person would type, on a control-plane host and on the worker, begun at once and without a look that is not
 * needed. The packages lie on the worker already.
 */
record ByHand(KeelsonFleet fleet, LabHost node) {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String KUBECTL =
            "/opt/keelson/current/bin/kubectl --kubeconfig /etc/kubernetes/admin.kubeconfig ";

    /** Puts a level's packages on the worker. @return their directory there */
    String bring(OsLevel level) {
        var packages = "/root/" + level.name();
        node.copyTo(fleet.levels().packages(level), packages);
        return packages;
    }

    /** Empties the node, installs the packages, reboots, and lets the node take pods again. */
    void replace(String packages) {
        kubectl("drain " + node.name() + " --ignore-daemonsets --timeout 5m");
        node.mustShell("DEBIAN_FRONTEND=noninteractive dpkg --install " + packages + "/*.deb");
        var boot = node.bootId();
        node.mustExec("systemctl", "--no-block", "reboot");
        Awaitility.await(node.name() + " is up")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(LabException.class)
                .until(() -> !node.bootId().equals(boot)
                        && node.exec("systemctl", "is-active", "--quiet", "kubelet.service")
                                .ok());
        kubectl("wait --for=condition=Ready node/" + node.name() + " --timeout=5m");
        kubectl("uncordon " + node.name());
    }

    private void kubectl(String arguments) {
        var asked = fleet.controlPlanes().getFirst();
        var result = asked.exec(LIMIT, "sh", "-euc", KUBECTL + arguments);
        if (!result.ok()) {
            throw new LabException("kubectl " + arguments + ": " + result.stdout() + result.stderr());
        }
    }
}
