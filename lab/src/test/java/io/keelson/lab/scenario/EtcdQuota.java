package io.keelson.lab.scenario;

import io.keelson.lab.host.LabHost;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * Another quota for a member of etcd, by a file of the host's administrator beside Keelson's unit.
 *
 * @param unit such as {@code etcd.service}
 */
record EtcdQuota(LabHost host, String unit) {
    private static final Duration BACK = Duration.ofMinutes(5);

    /** Sets it; the member starts anew. */
    void limit(long bytes) {
        var directory = "/etc/systemd/system/" + unit + ".d";
        host.mustShell("mkdir -p " + directory + " && systemctl cat " + unit + " | awk '"
                + "/^\\[Service\\]/ {print; print \"ExecStart=\"} /^ExecStart=/ {on=1} on {print} on && !/\\\\$/ {on=0}'"
                + " | sed 's/--quota-backend-bytes=[0-9]*/--quota-backend-bytes=" + bytes + "/' >" + directory
                + "/quota.conf && grep -q quota-backend-bytes=" + bytes + " " + directory + "/quota.conf");
        restart();
    }

    /** As the bundle says, again. */
    void unlimit() {
        host.mustShell("rm -rf /etc/systemd/system/" + unit + ".d");
        restart();
    }

    private void restart() {
        host.mustShell("systemctl daemon-reload && systemctl restart " + unit);
        Awaitility.await("etcd of " + host.name() + " is back")
                .atMost(BACK)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> host.shell("curl -sf 'http://127.0.0.1:2381/health?exclude=NOSPACE'")
                        .ok());
    }
}
