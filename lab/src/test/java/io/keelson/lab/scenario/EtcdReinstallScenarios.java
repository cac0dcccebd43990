package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hosts of the control plane whose operating system is wiped and whose etcd disk is kept. */
@ExtendWith(SharedFleet.class)
class EtcdReinstallScenarios {
    private static final String DISK = "/var/lib/etcd";
    private static final String RECEIVED = "etcd_network_snapshot_receive_success";
    private static final String SENT = "etcd_network_snapshot_send_success";

    private final KeelsonFleet fleet;

    EtcdReinstallScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
    }

    @Scenario(
            value = "etcd-os-reinstalled",
            about =
                    "a host's system is wiped, its etcd disk kept, while writes go on: the same member, and no snapshot")
    void aHostWhoseEtcdDiskIsKeptIsTheSameMember() throws Exception {
        var host = fleet.controlPlanes().get(1);
        var others =
                List.of(fleet.controlPlanes().getFirst(), fleet.controlPlanes().getLast());
        var members = Etcd.of(fleet).identities();
        var identity = identity(host);
        long sent = sent(others);
        var refused = fleet.tryKeelson("token", "create", "--hostname", host.name(), "--reinstall");
        assertThat(refused.stderr()).contains("HOST_STILL_CONNECTED").contains("do:");

        try (var writer = new SteadyWriter(fleet)) {
            writer.awaitMore("before");
            reinstall(List.of(host));
            awaitMembers();
            writer.awaitMore("afterwards");
            writer.close();
            sameAsBefore(members, Map.of(host.name(), identity), writer);
        }
        assertThat(sent(others)).as("no snapshot was sent").isEqualTo(sent);
    }

    @Scenario(
            value = "etcd-all-reinstalled",
            about =
                    "all hosts of the control plane reinstalled at once, etcd disks kept: same members, every write there",
            extended = true)
    void allHostsWhoseEtcdDisksAreKeptAreTheSameMembers() throws Exception {
        var members = Etcd.of(fleet).identities();
        var identities = fleet.controlPlanes().stream()
                .collect(Collectors.toMap(LabHost::name, EtcdReinstallScenarios::identity));

        try (var writer = new SteadyWriter(fleet)) {
            writer.awaitMore("before");
            int refused = writer.refused();
            reinstall(fleet.controlPlanes());
            awaitMembers();
            assertThat(writer.refused()).as("there was no majority in between").isGreaterThan(refused);
            writer.awaitMore("afterwards");
            writer.close();
            sameAsBefore(members, identities, writer);
        }
    }

    /** All at once. */
    private void reinstall(List<LabHost> hosts) throws Exception {
        List<Callable<LabHost>> wipes = hosts.stream()
                .<Callable<LabHost>>map(host -> () -> fleet.lab().reinstall(host, DISK))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var wiped : threads.invokeAll(wipes)) {
                assertThat(wiped.get().exec("test", "-e", "/etc/kubernetes").ok())
                        .isFalse();
            }
        }
        for (var host : hosts) {
            new Joining(fleet, host.name(), fleet.topology().zone(host.name())).joinAnew();
        }
    }

    private void awaitMembers() {
        Awaitility.await("three members are healthy")
                .atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> Etcd.of(fleet).health().stream()
                                .filter(line -> line.contains("is healthy"))
                                .count()
                        == 3);
        fleet.awaitReady();
    }

    private void sameAsBefore(List<String> members, Map<String, String> identities, SteadyWriter writer) {
        assertThat(Etcd.of(fleet).identities()).isEqualTo(members);
        for (var host : fleet.controlPlanes()) {
            await(host.name() + " has every write that was acknowledged")
                    .until(() -> Etcd.of(fleet).keys(host, SteadyWriter.PREFIX).containsAll(writer.acknowledged()));
            if (identities.containsKey(host.name())) {
                assertThat(identity(host)).isEqualTo(identities.get(host.name()));
                assertThat(host.readFile("/etc/kubernetes/pki/etcd/member.json"))
                        .isEqualTo(host.readFile(DISK + "/member.json"));
                assertThat(Etcd.metric(host, "etcd_server_has_leader")).isEqualTo(1);
                assertThat(Etcd.metric(host, RECEIVED))
                        .as("no snapshot was received")
                        .isZero();
            }
        }
    }

    /** What etcd says, and what is noted beside the data: the incarnation is part of it. */
    private static String identity(LabHost host) {
        return Etcd.identity(host) + " " + host.readFile(DISK + "/member.json");
    }

    private static long sent(List<LabHost> hosts) {
        return hosts.stream().mapToLong(host -> Etcd.metric(host, SENT)).sum();
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofSeconds(1));
    }
}
