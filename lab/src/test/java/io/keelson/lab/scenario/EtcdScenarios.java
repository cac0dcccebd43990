package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.RecordedClients;
import io.keelson.lab.history.Operation;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** etcd's members and their disks. */
@ExtendWith(SharedFleet.class)
class EtcdScenarios {
    private static final String ACKNOWLEDGED = "/keelson-scenario/";

    private final KeelsonFleet fleet;
    private final Etcd etcd;
    private final List<String> acknowledged = new ArrayList<>();

    EtcdScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
    }

    @Scenario(value = "etcd-usage", about = "a host tells who fills etcd, by what Kubernetes itself has written there")
    void aHostTellsWhoFillsEtcd() {
        var told = fleet.keelson("etcd", "who-ate-my-etcd", KeelsonFleet.CLUSTER, "--top", "50", "-o", "wide");

        Progress.console().say("etcd-usage:\n" + told);
        assertThat(told)
                .containsPattern("(?m)^pods +[1-9]")
                .containsPattern("(?m)^events +[1-9]")
                .containsPattern("(?m)^nodes +5 ")
                .containsPattern("(?m)^kube-system +[1-9]")
                .as("of protocol buffers")
                .containsPattern("(?m)^ReplicaSet [a-z-]+/[a-z0-9-]+ +[1-9]")
                .as("of leases, by the kubelets")
                .containsPattern("(?m)^Node kube-node-lease/w-[a-z0-9-]+ +1 ")
                .containsPattern("(?m)^leases +[1-9][0-9]* ")
                .contains("kubectl delete events -n ");
    }

    /** rke2#2088, k3s#10408: there a node that was built anew was refused, as its name was listed already. */
    @Scenario(
            value = "etcd-disk-lost",
            about =
                    "a member's data are gone: it is made anew while writes go on, and what clients saw is linearizable")
    void aMemberWhoseDataAreGoneIsMadeAnew() {
        try (var clients = RecordedClients.begin(fleet)) {
            loseAMembersData();
            var history = clients.stop();
            assertThat(history.stream().filter(Operation::known).count())
                    .as("operations that were answered")
                    .isGreaterThan(1_000);
            Progress.console().say("etcd-disk-lost: " + RecordedClients.judged("etcd-disk-lost", history));
        }
    }

    private void loseAMembersData() {
        var lost = fleet.controlPlanes().get(1);
        var other = fleet.controlPlanes().getFirst();
        int incarnation = incarnation(lost);
        int untouched = incarnation(other);
        var before = etcd.identities();
        write("before");

        lost.mustExec("systemctl", "kill", "-s", "KILL", "etcd.service");
        lost.mustShell("find /var/lib/etcd -ignore_readdir_race -mindepth 1 -delete");
        lost.mustExec("systemctl", "kill", "-s", "KILL", Joining.AGENT);

        await("the member is another one, and votes").until(() -> {
            write("meanwhile");
            return etcd.identities().size() == 3 && !etcd.identities().equals(before) && healthy() == 3;
        });
        fleet.awaitReady();

        assertThat(etcd.identities().stream().filter(before::contains))
                .as("the others stay who they are")
                .hasSize(2);
        write("after");
        for (var member : fleet.controlPlanes()) {
            await(member.name() + " has all of it")
                    .until(() -> etcd.keys(member, ACKNOWLEDGED).containsAll(acknowledged));
        }
        await("the server sees three that carry the quorum")
                .until(() -> fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER)
                                .lines()
                                .filter(line -> line.contains(" True "))
                                .count()
                        == 3);
        assertThat(incarnation(lost)).isEqualTo(incarnation + 1);
        assertThat(fleet.keelson("events", "host", lost.name(), "--limit", "10000"))
                .contains("ETCD_DATA_LOST");
        assertThat(incarnation(other)).as("of another member").isEqualTo(untouched);
    }

    /** Writes one key; it counts only once a majority has acknowledged it. */
    private void write(String when) {
        var key = ACKNOWLEDGED + when + "-" + acknowledged.size();
        if (etcd.put(key, "written")) {
            acknowledged.add(key);
        }
        assertThat(acknowledged).isNotEmpty();
    }

    private long healthy() {
        return etcd.health().stream()
                .filter(line -> line.contains("is healthy"))
                .count();
    }

    private int incarnation(LabHost host) {
        return new EtcdMembers(fleet).incarnation(host);
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofSeconds(1));
    }
}
