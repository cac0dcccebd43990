package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.lab.fault.Killed;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The control server's own etcd, looked after by its keeper. */
@ExtendWith(SharedFleet.class)
class ServerEtcdScenarios {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String KEEPER = "keelson-etcd-keeper.service";
    private static final String SERVER_YAML = "/etc/keelson/server/server.yaml";
    private static final String COPIES = "/var/lib/keelson/server/copies";
    private static final String BALLAST = "/lab-ballast";
    private static final long MIB = 1 << 20;

    private final KeelsonFleet fleet;
    private final LabHost server;
    private final EtcdQuota quota;

    ServerEtcdScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.server = fleet.server();
        this.quota = new EtcdQuota(server, "keelson-etcd.service");
    }

    @Scenario(
            value = "server-etcd-upkeep",
            about =
                    "the server's own etcd, full of history, takes writes again by itself, also if its keeper is killed")
    void theServersOwnEtcdTakesWritesAgain() {
        await("the server's etcd is at rest").until(this::isAtRest);
        int before = member().path("doneUpkeep").path("defragmentation").asInt();
        try {
            quota.limit(member().path("dbBytes").asLong() + 96 * MIB);
            try (var keeper = Killed.at(server, KEEPER, List.of("etcd.space: have room", "etcd.upkeep: do what"))) {
                long began = fill();
                keeper.await(PATIENCE);
                await("it takes writes again")
                        .until(() -> etcdctl("put " + BALLAST + " x").ok());
                Progress.console()
                        .say("writable "
                                + Duration.ofNanos(System.nanoTime() - began).toSeconds()
                                + " s after it was full, with a keeper that was killed twice");
            }
            await("and is at rest").until(this::isAtRest);
            assertThat(member().path("doneUpkeep").path("defragmentation").asInt())
                    .isGreaterThan(before);
            assertThat(fleet.keelson("token", "create", "--hostname", "w-9", "--out", "/root/token-w-9"))
                    .as("the server writes")
                    .isNotNull();
            assertThat(fleet.keelson("etcd", "status")).contains("(server)");
            assertThat(fleet.keelson("server", "etcd", "status")).contains("alarms:           none");
        } finally {
            etcdctl("del " + BALLAST);
            quota.unlimit();
        }
        await("all is as before")
                .until(() -> isAtRest() && fleet.tryKeelson("get", "hosts").ok());
        fleet.awaitReady();
    }

    @Scenario(
            value = "server-etcd-restore",
            about =
                    "the server's own etcd is put back to a snapshot that was copied to another disk; hosts that were told more"
                            + " since, one of them to make its member anew, go on with new orders")
    void theServersOwnEtcdIsPutBackToASnapshot() {
        var earlier = newest();
        // Workers are told nothing of snapshots.
        var hosts = fleet.controlPlanes();
        try {
            var file = copiedAfter(earlier);
            for (var keep : List.of(25, 26)) {
                long told = highest(hosts);
                fleet.apply(fleet.manifest() + "  etcd: {snapshots: {keep: " + keep + "}}\n");
                await("hosts are told more").until(() -> highest(hosts) > told);
            }
            makeAnew(hosts.getLast());
            fleet.awaitReady();
            var members = Etcd.of(fleet).identities();
            long before = highest(hosts);

            var plan = fleet.keelson("server", "restore", "--from", file);
            var id = plan.lines()
                    .filter(line -> line.startsWith("Plan "))
                    .map(line -> line.substring(5, line.indexOf(':')))
                    .findFirst()
                    .orElseThrow();
            assertThat(fleet.tryKeelson("server", "restore", "--from", file, "--confirm", "000000000000")
                            .stderr())
                    .contains("ETCD_RECOVERY_CHANGED");
            fleet.keelson("server", "restore", "--from", file, "--confirm", id);

            await("every host obeys an order of after the restore")
                    .until(() -> hosts.stream().allMatch(host -> revision(host) > Math.max(before, 1_000_000)));
            fleet.apply(fleet.manifest() + "  etcd: {snapshots: {keep: 27}}\n");
            fleet.awaitReady();
            await("the server sees three that carry the quorum")
                    .until(() -> fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER)
                                    .lines()
                                    .filter(line -> line.contains(" True "))
                                    .count()
                            == 3);
            assertThat(Etcd.of(fleet).identities()).isEqualTo(members);
            assertThat(fleet.keelson("etcd", "status")).contains("(server)");
        } finally {
            server.mustShell("sed -i '/snapshot-every/d; /^  snapshots:$/d; /copies-dir/d' " + SERVER_YAML
                    + " && systemctl restart keelson-server; umount " + COPIES + "; rmdir " + COPIES);
            fleet.insist();
        }
        await("all is at rest").until(this::isAtRest);
        fleet.awaitReady();
    }

    /** By a permit that the snapshot knows nothing of. */
    private void makeAnew(LabHost host) {
        var before = Etcd.of(fleet).identities();
        host.mustExec("systemctl", "kill", "-s", "KILL", "etcd.service");
        host.mustShell("systemctl stop etcd.service; find /var/lib/etcd -ignore_readdir_race -mindepth 1 -delete");
        await(host.name() + " holds another member")
                .atMost(Duration.ofMinutes(5))
                .until(() -> {
                    var now = Etcd.of(fleet).identities();
                    return now.size() == 3
                            && !now.equals(before)
                            && Etcd.of(fleet).health().stream()
                                            .filter(line -> line.contains("is healthy"))
                                            .count()
                                    == 3;
                });
    }

    /** @return a snapshot that is newer than that, on a disk that is mounted when the server has found none */
    private String copiedAfter(Optional<String> earlier) {
        server.mustShell("install -d -o keelson -g keelson -m 0700 " + COPIES
                + " && sed -i 's|^  etcd:|  snapshots:\\n    copies-dir: " + COPIES
                + "\\n  etcd:\\n    snapshot-every: PT1M|' " + SERVER_YAML + " && systemctl restart keelson-server");
        await("there is a snapshot of now").until(() -> newest().isPresent() && !newest().equals(earlier));
        await("the server says that nothing is mounted")
                .until(() -> server.shell(
                                "journalctl --boot --no-pager --unit keelson-server | grep -q 'nothing is mounted there'")
                        .ok());
        assertThat(server.mustShell("ls -A " + COPIES)).isEmpty();
        server.mustShell("mount -t tmpfs -o size=64m,mode=0700,uid=keelson,gid=keelson copies " + COPIES);
        var file = COPIES + "/keelson-server/" + newest().orElseThrow() + ".cms";
        await("it is copied; a place that failed is tried again ever later")
                .atMost(Duration.ofMinutes(5))
                .until(() -> server.shell("test -s " + file).ok());
        return file;
    }

    private Optional<String> newest() {
        var listed = fleet.tryKeelson("etcd", "snapshot", "list", "keelson-server", "-o", "name");
        return listed.stdout().lines().filter(line -> !line.isBlank()).findFirst();
    }

    private static long highest(List<LabHost> hosts) {
        return hosts.stream().mapToLong(ServerEtcdScenarios::revision).max().orElseThrow();
    }

    private static long revision(LabHost host) {
        return Long.parseLong(
                host.mustShell("sed -n 's/.*\"revision\" : \\([0-9]*\\),/\\1/p' /var/lib/keelson/agent/state.json")
                        .strip());
    }

    /** Of the history of one key. @return when it was full */
    private long fill() {
        server.mustShell("head -c " + MIB + " /dev/urandom >/tmp/ballast");
        var last = server.exec(
                Duration.ofMinutes(3),
                "sh",
                "-c",
                "for i in $(seq 400); do " + command("put " + BALLAST) + " </tmp/ballast || exit 1; done");
        assertThat(last.stdout() + last.stderr()).contains("database space exceeded");
        return System.nanoTime();
    }

    private boolean isAtRest() {
        var member = member();
        return member.path("healthy").asText().equals("True")
                && member.path("alarms").isEmpty()
                && member.path("doneUpkeep").equals(member.path("orderedUpkeep"));
    }

    private JsonNode member() {
        var status = fleet.tryKeelson("etcd", "status", "-o", "json");
        try {
            return JSON.readTree(status.stdout()).path("server").path("members").path(0);
        } catch (IOException e) {
            throw new UncheckedIOException(status.stdout() + status.stderr(), e);
        }
    }

    private ExecResult etcdctl(String command) {
        return server.shell(command(command));
    }

    private String command(String command) {
        return "$(ls -d /opt/keelson/releases/*/bin | head -1)/etcdctl --cacert /etc/keelson/etcd/pki/etcd/ca.crt"
                + " --cert /etc/keelson/etcd/pki/etcd/peer.crt --key /etc/keelson/etcd/pki/etcd/peer.key --endpoints https://"
                + server.address() + ":2379 " + command;
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofSeconds(1));
    }
}
