package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Copies of etcd. */
@ExtendWith(SharedFleet.class)
class SnapshotScenarios {
    private static final String SERVER = "keelson-server.service";

    private final KeelsonFleet fleet;

    SnapshotScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
    }

    @Scenario(
            value = "etcd-snapshots",
            about =
                    "snapshots of etcd go on while the server is away, are handed in when it is back, and one is restored",
            extended = true)
    void snapshotsGoOnWithoutTheServerAndAreProven() {
        fleet.apply(fleet.manifest() + """
                  etcd:
                    snapshots:
                      every: PT1M
                      keep: 30
                      prove: PT1M
                """);
        try {
            await("the server has a snapshot").until(() -> !listed().isEmpty());

            fleet.server().mustExec("systemctl", "stop", SERVER);
            var before = onDisks();
            await("two more are taken by themselves").until(() -> onDisks().size() >= before.size() + 2);
            var meanwhile = new TreeSet<>(onDisks());
            meanwhile.removeAll(before);
            fleet.server().mustExec("systemctl", "start", SERVER);

            await("they are handed in").until(() -> listed().containsAll(meanwhile));
            fleet.keelson("etcd", "snapshot", "take", KeelsonFleet.CLUSTER);
            await("one of them is restored and found whole")
                    .until(() -> fleet.keelson("etcd", "snapshot", "list", KeelsonFleet.CLUSTER)
                            .contains(" True"));
            assertThat(fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER)).contains("last proven restore");
            assertThat(fleet.server().mustShell("curl -s http://127.0.0.1:7480/metrics"))
                    .contains("keelson_etcd_proven_restore_age_seconds{cluster=\"" + KeelsonFleet.CLUSTER + "\"} ")
                    .doesNotContain("+Inf");
            assertThat(Integer.parseInt(fleet.server()
                            .mustShell("ls /var/lib/keelson/server/drill/srv | wc -l")
                            .strip()))
                    .as("sandboxes: none is left, or one is under way")
                    .isLessThanOrEqualTo(1);
            save(meanwhile.iterator().next());
        } finally {
            fleet.server().exec("systemctl", "start", SERVER);
            fleet.apply();
        }
        fleet.awaitReady();
    }

    /** A person gets one as etcd's own tools read it. */
    private void save(String id) {
        fleet.keelson("etcd", "snapshot", "save", KeelsonFleet.CLUSTER, id, "--out", "/root/snapshot.db");
        assertThat(fleet.server().mustShell("stat -c %a /root/snapshot.db").strip())
                .isEqualTo("600");
        assertThat(fleet.server()
                        .mustShell("/opt/keelson/releases/*/bin/etcdutl snapshot status /root/snapshot.db -w json"))
                .contains("totalKey");
        fleet.server().mustExec("rm", "/root/snapshot.db");
    }

    private Set<String> listed() {
        var result = fleet.tryKeelson("etcd", "snapshot", "list", KeelsonFleet.CLUSTER, "-o", "name");
        return result.stdout().lines().filter(line -> !line.isBlank()).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> onDisks() {
        return fleet.controlPlanes().stream()
                .flatMap(SnapshotScenarios::onDisk)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static java.util.stream.Stream<String> onDisk(LabHost host) {
        return host.mustShell("ls /var/lib/keelson/agent/snapshots")
                .lines()
                .filter(file -> file.endsWith(".json"))
                .map(file -> file.replace(".json", ""));
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(6)).pollInterval(Duration.ofSeconds(2));
    }
}
