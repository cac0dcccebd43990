package io.keelson.lab.fault;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Nobody reaches the API servers of a cluster, not even those on the same host: what comes for them is refused, as if they did not
 * run, and counted. Their etcd and the nodes go on. Over when this is closed.
 */
public final class ApiAway implements AutoCloseable {
    private static final String PORT = "6443";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final List<LabHost> controlPlanes;

    private ApiAway(List<LabHost> controlPlanes) {
        this.controlPlanes = List.copyOf(controlPlanes);
    }

    /** From now on; returns when none answers. */
    public static ApiAway from(List<LabHost> controlPlanes) {
        var away = new ApiAway(controlPlanes);
        away.rule("-I");
        if (controlPlanes.stream().anyMatch(ApiAway::answers)) {
            away.close();
            throw new LabException("an API server answers although everything is refused");
        }
        return away;
    }

    /** How many packets were refused since then. */
    public long refused() {
        return controlPlanes.stream()
                .mapToLong(host -> Long.parseLong(host.mustShell("iptables -w -L INPUT -v -x -n | awk '/dpt:" + PORT
                                + " reject-with tcp-reset/ {n += $1} END {print n}'")
                        .strip()))
                .sum();
    }

    private static boolean answers(LabHost host) {
        return host.exec("curl", "-sk", "-m", "5", "https://" + host.address() + ":" + PORT + "/livez")
                .ok();
    }

    private void rule(String action) {
        controlPlanes.forEach(host -> host.mustShell(
                "iptables -w " + action + " INPUT -p tcp --dport " + PORT + " -j REJECT --reject-with tcp-reset"));
    }

    @Override
    public void close() {
        rule("-D");
        Awaitility.await("API servers answer again")
                .atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> controlPlanes.stream().allMatch(ApiAway::answers));
    }
}
