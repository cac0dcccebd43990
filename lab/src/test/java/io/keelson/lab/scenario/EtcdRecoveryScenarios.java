package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fault.Frozen;
import io.keelson.lab.fault.Killed;
import io.keelson.lab.fault.OneWay;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.RecordedClients;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster whose etcd has lost most of its disks, or all of them, is begun anew by a person's word. */
@ExtendWith(SharedFleet.class)
class EtcdRecoveryScenarios {
    private static final String CONFIRMATION = "--confirm ([0-9a-f]{12})";
    private static final long BUMP = 1_000_000_000;
    private static final String SERVER = "keelson-server.service";

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: %1$s
            spec:
              replicas: 3
              selector:
                matchLabels: {app: %1$s}
              template:
                metadata:
                  labels: {app: %1$s}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: sleep
                      image: keelson.local/busybox:1.35
                      imagePullPolicy: Never
                      command: ["sleep", "3600"]
            """;

    private final KeelsonFleet fleet;

    EtcdRecoveryScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
    }

    /** eks-anywhere#1460, rancher#41080, kubespray#10649, kubespray#13516, kubespray#7542: a way out, without the dead node. */
    @Scenario(
            value = "etcd-majority-lost",
            about =
                    "one disk of three is left: etcd begins anew with it, agents and server killed, the founder frozen and not heard"
                            + " meanwhile; nothing of it is lost, and what clients saw is linearizable",
            extended = true)
    void whatOneDiskHoldsIsKept() {
        var founder = fleet.controlPlanes().getFirst();
        var wiped = fleet.controlPlanes().get(1);
        var away = fleet.controlPlanes().getLast();
        var members = Etcd.of(fleet).identities();
        assertThat(fleet.tryKeelson("etcd", "recover", KeelsonFleet.CLUSTER).stderr())
                .as("of a cluster that has its majority")
                .contains("ETCD_NOT_LOST");

        try (var clients = RecordedClients.begin(fleet);
                var writer = new SteadyWriter(fleet)) {
            writer.awaitMore("before");
            away.kill(); // its disk is whole, and of before when it comes back
            writer.awaitMore("with two members");
            loseDisk(wiped);
            writer.close();

            var plan = plan("recover", KeelsonFleet.CLUSTER);
            assertThat(plan)
                    .contains("on host " + founder.name())
                    .contains("no way back")
                    .contains(away.name() + " is whole");
            assertThat(fleet.tryKeelson("etcd", "recover", KeelsonFleet.CLUSTER, "--confirm", "0123456789ab")
                            .stderr())
                    .contains("ETCD_RECOVERY_CHANGED");
            confirmed(plan, founder);

            unheardByItsLearner(founder, wiped, () -> {
                frozen(founder);
                await("the founder takes writes").until(() -> Etcd.of(fleet).put("/keelson-recovered", "yes"));
            });
            await(wiped.name() + " is a new member").until(() -> healthy() >= 2);
            away.start();
            await("three members are sound").until(() -> healthy() == 3);
            fleet.awaitReady();

            assertThat(Etcd.of(fleet).identities())
                    .as("all are new members")
                    .hasSize(3)
                    .doesNotContainAnyElementsOf(members);
            writer.assertNothingLost();
            Progress.console()
                    .say("etcd-majority-lost: "
                            + RecordedClients.judged("etcd-majority-lost", clients.stopAndLookAgain()));
        }
        assertThat(fleet.keelson("events", "host", away.name(), "--limit", "10000"))
                .as("the member of before did not come back as what it was")
                .contains("ETCD_MEMBER_FENCED");
        worksOn("recovered", BUMP);
        assertThat(founder.mustShell("ls /var/lib/etcd")).contains("before-").doesNotContain("made-");
        await("every API server may ask all members again").until(this::asksAll);
    }

    @Scenario(
            value = "etcd-all-lost",
            about = "all disks are gone: a snapshot is restored, and no client sees the past or waits for what is lost")
    void aSnapshotIsRestored() {
        var kubectl = fleet.kubectl();
        kubectl.must("create", "configmap", "in-the-snapshot");
        Etcd.of(fleet).put("/keelson-snapshot/kept", "yes");
        long before = revision();
        var snapshot = snapshot();
        Etcd.of(fleet).put("/keelson-snapshot/lost", "yes");
        kubectl.must("create", "configmap", "after-the-snapshot");
        var seen = kubectl.must("get", "configmap", "after-the-snapshot", "-o", "jsonpath={.metadata.resourceVersion}")
                .strip();
        assertThat(fleet.tryKeelson("etcd", "restore", KeelsonFleet.CLUSTER, snapshot)
                        .stderr())
                .as("onto a cluster that lives")
                .contains("ETCD_NOT_LOST");

        fleet.controlPlanes().forEach(this::loseDisk);
        await("no disk is left")
                .until(() -> fleet.tryKeelson("etcd", "recover", KeelsonFleet.CLUSTER)
                        .stderr()
                        .contains("ETCD_NOTHING_LEFT"));
        assertThat(fleet.tryKeelson("etcd", "restore", KeelsonFleet.CLUSTER, "20200101T000000Z-cp-a")
                        .stderr())
                .contains("ETCD_SNAPSHOT_UNKNOWN");
        var plan = plan("restore", KeelsonFleet.CLUSTER, snapshot);
        assertThat(plan).contains("Lost is all that was written after");
        var restored = fleet.server()
                .exec(
                        Duration.ofMinutes(6),
                        "keelson",
                        "etcd",
                        "restore",
                        KeelsonFleet.CLUSTER,
                        snapshot,
                        "--confirm",
                        confirmation(plan));
        assertThat(restored.ok()).as(restored.stderr()).isTrue();
        assertThat(restored.stdout()).contains("takes writes again").contains("all members that are there are sound");

        await("three members are sound").until(() -> healthy() == 3);
        fleet.awaitReady();
        for (var member : fleet.controlPlanes()) {
            assertThat(Etcd.of(fleet).keys(member, "/keelson-snapshot/")).containsExactly("/keelson-snapshot/kept");
        }
        assertThat(revision()).isGreaterThan(before + BUMP);
        assertThat(kubectl.must(
                        "get",
                        "--raw",
                        "/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=20&resourceVersion=" + seen))
                .as("a client that goes on to watch from what is lost is told to list anew")
                .contains("\"code\":410")
                .doesNotContain("after-the-snapshot");
        assertThat(kubectl.must("get", "configmaps", "-o", "name"))
                .contains("in-the-snapshot")
                .doesNotContain("after-the-snapshot");
        worksOn("restored", BUMP);
        kubectl.must("delete", "configmap", "in-the-snapshot");
        await("every API server may ask all members again").until(this::asksAll);
    }

    private String snapshot() {
        var listed = List.of("etcd", "snapshot", "list", KeelsonFleet.CLUSTER, "-o", "name");
        var known = fleet.keelson(listed.toArray(String[]::new)).lines().toList();
        fleet.keelson("etcd", "snapshot", "take", KeelsonFleet.CLUSTER);
        Awaitility.await("a snapshot that was taken now")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !fleet.keelson(listed.toArray(String[]::new))
                        .lines()
                        .toList()
                        .equals(known));
        return fleet.keelson(listed.toArray(String[]::new)).lines().findFirst().orElseThrow();
    }

    private void loseDisk(LabHost host) {
        host.mustExec("systemctl", "kill", "-s", "KILL", "etcd.service");
        host.mustShell("systemctl stop etcd.service; find /var/lib/etcd -ignore_readdir_race -mindepth 1 -delete");
    }

    private String plan(String... arguments) {
        var command = new java.util.ArrayList<>(List.of("etcd"));
        command.addAll(List.of(arguments));
        Awaitility.await("etcd is known to be without its majority")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> fleet.tryKeelson(command.toArray(String[]::new)).ok());
        return fleet.keelson(command.toArray(String[]::new));
    }

    private static String confirmation(String plan) {
        var found = Pattern.compile(CONFIRMATION).matcher(plan);
        assertThat(found.find()).as(plan).isTrue();
        return found.group(1);
    }

    /**
     * The server once, and the founder's agent at each of its steps. Between these it does too much in a second to be met there;
     * RefoundCrashTest kills it at every effect.
     */
    private void confirmed(String plan, LabHost founder) {
        try (var agent =
                Killed.at(founder, Joining.AGENT, List.of("count;", "begun anew here", "etcd.member: run etcd"))) {
            fleet.keelson("etcd", "recover", KeelsonFleet.CLUSTER, "--confirm", confirmation(plan), "--no-wait");
            fleet.server().mustExec("systemctl", "kill", "-s", "KILL", SERVER);
            agent.await(Duration.ofMinutes(3));
        }
    }

    /** Its etcd stands still as soon as it runs: nothing is acknowledged, and it goes on. */
    private void frozen(LabHost founder) {
        try (var etcd =
                Frozen.once(founder, EtcdMembers.UNIT, "systemctl is-active -q " + EtcdMembers.UNIT, () -> {})) {
            assertThat(Etcd.of(fleet).put("/keelson-recovered", "no")).isFalse();
            assertThat(etcd.holds()).isTrue();
        }
    }

    /** The first that joins does not hear the founder for a while. @param meanwhile until it is about to join */
    private static void unheardByItsLearner(LabHost founder, LabHost joining, Runnable meanwhile) {
        var learner = Frozen.once(joining, EtcdMembers.UNIT, EtcdFaultScenarios.LEARNING, meanwhile);
        try (var unheard = OneWay.from(founder, List.of(joining), EtcdMembers.PEER_PORT)) {
            learner.close();
            unheard.awaitDropped(20, Duration.ofMinutes(2));
        } finally {
            learner.close();
        }
    }

    private long healthy() {
        return Etcd.of(fleet).health().stream()
                .filter(line -> line.contains("is healthy"))
                .count();
    }

    private long revision() {
        var found =
                Pattern.compile("\"revision\":(\\d+)").matcher(Etcd.of(fleet).run("get / -w json"));
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private boolean asksAll() {
        return fleet.controlPlanes().stream()
                .allMatch(host -> host.mustShell("grep -c 2379 /etc/systemd/system/kube-apiserver.service >/dev/null;"
                                + " tr ',' '\\n' </etc/systemd/system/kube-apiserver.service | grep -c :2379")
                        .strip()
                        .equals(Integer.toString(fleet.controlPlanes().size())));
    }

    /** Controllers, scheduler and kubelets go on: what is new comes to run, although their watches are from before. */
    private void worksOn(String name, long revision) {
        var kubectl = fleet.kubectl();
        assertThat(revision()).isGreaterThan(revision);
        kubectl.apply(DEPLOYMENT.formatted(name));
        try {
            kubectl.must("rollout", "status", "deployment/" + name, "--timeout=150s");
        } finally {
            kubectl.must("delete", "deployment", name, "--wait=false");
        }
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(LabException.class);
    }
}
