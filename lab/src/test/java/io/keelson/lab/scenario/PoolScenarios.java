package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.EchoWorkload;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers come and go. */
@ExtendWith(SharedFleet.class)
class PoolScenarios {
    private static final Duration LEAVING = Duration.ofMinutes(5);

    /**
     * Belongs to the node, so that no drain takes it away: it has a volume in memory and a port of the host, and does not end when it
     * is asked to.
     */
    private static final String DEAF = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: deaf}
            spec:
              selector: {matchLabels: {app: deaf}}
              template:
                metadata: {labels: {app: deaf}}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %s}
                  containers:
                    - name: deaf
                      image: keelson.local/busybox:1.35
                      imagePullPolicy: Never
                      command: [sh, -c, 'trap "" TERM; while true; do sleep 1000; done']
                      ports: [{containerPort: 8080, hostPort: 8077}]
                      volumeMounts: [{name: memory, mountPath: /memory}]
                  volumes: [{name: memory, emptyDir: {medium: Memory}}]
            """;

    /** Nobody makes it anew, so it is not evicted. */
    private static final String BARE = """
            apiVersion: v1
            kind: Pod
            metadata: {name: bare}
            spec:
              nodeName: %s
              terminationGracePeriodSeconds: 1
              containers:
                - name: bare
                  image: keelson.local/busybox:1.35
                  imagePullPolicy: Never
                  command: [sleep, '100000']
            """;

    /**
     * What a host has that a node leaves something in; told as on a host that was never a node. At 127.0.0.11 the engine answers
     * for names, on another port in each container.
     */
    private static final String REMAINS = """
            set +e # most of it is not there
            for d in /etc/kubernetes /etc/cni /etc/containerd /etc/keelson /var/lib/cni /var/lib/kubelet \
                /var/lib/containerd /run/containerd /run/netns /var/log/pods /var/log/containers; do
              [ -d $d ] && ls -A $d | sed "s|^|$d/|"
            done
            ls -A /etc/systemd/system /etc/systemd/system/multi-user.target.wants /etc/sysctl.d /etc/modules-load.d
            ls -l /opt/keelson/current 2>/dev/null
            awk '{print "mount", $5}' /proc/1/mountinfo | grep -v '/run/netns$' | sort
            ip -brief link | awk '{print "link", $1}' | sed 's/@.*//' | sort
            ip route show table all proto 75
            (iptables-save; ip6tables-save; nft list ruleset) 2>/dev/null | grep -e KUBE- -e CNI- -e keelson
            grep -l -e kubepods -e containerd.service /proc/[0-9]*/cgroup 2>/dev/null
            ss --listening --tcp --numeric --no-header | awk '{print "port", $4}' | grep -v 127.0.0.11: | sort
            exit 0
            """;

    /** k0s#823: there a reset left the pod network's files behind. */
    @Scenario(
            value = "pool-host-leaves",
            about =
                    "a worker that no pool names serves until it is empty, then leaves, also with its agent killed: nothing is"
                            + " left; then it is a node again")
    void aWorkerThatNoPoolNamesLeavesAndIsBareAndComesBack(KeelsonFleet fleet) {
        var kubectl = fleet.kubectl();
        var leaver = fleet.workers().getLast();
        var stays = fleet.workers().getFirst();
        var seen = new TreeSet<String>();
        var spare = fleet.lab().host(fleet.topology().spareNames().getLast());
        assertThat(phase(fleet, spare, new TreeSet<>())).as(spare.name()).isEqualTo("Spare");
        kubectl.apply(DEAF.formatted(leaver.name()));
        kubectl.apply(BARE.formatted(leaver.name()));
        kubectl.must("rollout", "status", "daemonset/deaf", "--timeout=90s");
        kubectl.must("wait", "--for=condition=Ready", "pod/bare", "--timeout=90s");
        assertThat(remains(leaver)).as("while it is a node").contains("KUBE-", "mount /run/containerd/", "link cni0");
        var address = leaver.address();
        assertThat(stays.mustShell("ip route")).contains("via " + address);

        try {
            var smaller =
                    fleet.manifest().replace(String.join(", ", fleet.topology().workerNames()), stays.name());
            assertThat(smaller).isNotEqualTo(fleet.manifest());
            fleet.server().writeFile("/root/smaller.yaml", smaller, "0644");
            var answer = fleet.tryKeelson("apply", "-f", "/root/smaller.yaml");
            assertThat(answer.ok()).as(answer.stderr()).isTrue();
            assertThat(answer.stdout() + answer.stderr()).contains("CLUSTER_HOST_LEAVES", leaver.name());

            awaitPhase(fleet, leaver, Set.of("DrainBlocked"), seen);
            assertThat(fleet.keelson("describe", "host", leaver.name()))
                    .contains("NODE_DRAIN_FORBIDDEN", "pod default/bare", "kubectl -n default describe pod bare");
            Awaitility.await("it takes pods again")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> kubectl.must("get", "node", leaver.name(), "-o", "jsonpath={.spec.unschedulable}")
                            .isBlank());
            kubectl.must("wait", "--for=condition=Ready", "pod/bare", "--timeout=5s");
            assertThat(stays.mustShell("ip route")).contains("via " + address);

            kubectl.must("delete", "pod", "bare");
            awaitPhase(fleet, leaver, Set.of("Leaving"), seen);
            leaver.mustExec("systemctl", "kill", "-s", "KILL", "keelson-agent.service");
            awaitPhase(fleet, leaver, Set.of("Spare"), seen);
            assertThat(seen).isSubsetOf("Ready", "Draining", "DrainBlocked", "Leaving", "Spare");

            assertThat(remains(leaver)).as("afterwards").isEqualTo(remains(spare));
            assertThat(leaver.mustShell("ls /opt/keelson/releases"))
                    .as("bits of a verified bundle")
                    .isNotBlank();
            assertThat(fleet.keelson("get", "nodes")).doesNotContain(leaver.name());
            Awaitility.await("nobody has a route to it")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> fleet.nodes().stream()
                            .filter(host -> host != leaver)
                            .noneMatch(host -> host.mustShell("ip route").contains("via " + address)));
            Awaitility.await("its Node object is deleted")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> !kubectl.must("get", "nodes", "-o", "name").contains("node/" + leaver.name()));
            kubectl.must("delete", "daemonset", "deaf", "--wait=false");
            assertThat(new EchoWorkload(fleet).awaitAnswersFrom(stays, Duration.ofSeconds(60)))
                    .isNotEmpty();

            // A boot brings nothing back.
            leaver.restart();
            leaver.awaitBooted(Duration.ofMinutes(2));
            awaitPhase(fleet, leaver, Set.of("Spare"), seen);
            assertThat(remains(leaver)).as("after a boot").isEqualTo(remains(spare));
        } finally {
            kubectl.run("delete", "--ignore-not-found", "--wait=false", "daemonset/deaf", "pod/bare");
            fleet.apply();
            fleet.awaitReady();
        }
        LocalKubectl.on(fleet.controlPlanes().getFirst()).awaitNodeReady(leaver.name(), Duration.ofMinutes(3));
        new EchoWorkload(fleet).deploy();
        assertThat(new EchoWorkload(fleet).awaitAnswersFrom(leaver, Duration.ofSeconds(60)))
                .isNotEmpty();
    }

    private static String remains(LabHost host) {
        return host.mustShell(REMAINS).replace(host.address(), "ADDRESS").replace(host.name(), "NAME");
    }

    private static void awaitPhase(KeelsonFleet fleet, LabHost host, Set<String> phases, Set<String> seen) {
        Awaitility.await(host.name() + " is " + phases)
                .atMost(LEAVING)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> phases.contains(phase(fleet, host, seen)));
    }

    private static String phase(KeelsonFleet fleet, LabHost host, Set<String> seen) {
        var yaml = fleet.keelson("get", "hosts", host.name(), "-o", "yaml");
        var phase = yaml.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("phase: "))
                .map(line -> line.substring("phase: ".length()).replace("\"", ""))
                .findFirst()
                .orElseThrow(() -> new AssertionError(yaml));
        seen.add(phase);
        return phase;
    }
}
