package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers are emptied while their work goes on, by the control server through the agents' tunnel. */
@ExtendWith(SharedFleet.class)
class DrainScenarios {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int INTERRUPTED = 130;
    private static final String CALLS = "/root/drain-calls";

    private static final String WORKLOAD = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %1$s, labels: {drain: %1$s}}
            spec:
              replicas: %2$d
              selector: {matchLabels: {drain: %1$s}}
              template:
                metadata: {labels: {drain: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 20
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%3$s]}]
                    podAntiAffinity:
                      %4$s
                  containers:
                    - name: web
                      image: keelson.local/busybox:1.35
                      imagePullPolicy: Never
                      command: [sh, -c, 'mkdir -p /www && hostname > /www/index.html && exec httpd -f -p 8080 -h /www']
                      readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                      # Time for every node to leave it out of the Service.
                      lifecycle: {preStop: {exec: {command: [sleep, '8']}}}
            ---
            apiVersion: policy/v1beta1
            kind: PodDisruptionBudget
            metadata: {name: %1$s}
            spec:
              minAvailable: %5$d
              selector: {matchLabels: {drain: %1$s}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: %1$s}
            spec:
              selector: {drain: %1$s}
              ports: [{port: 80, targetPort: 8080}]
            """;

    /** Better apart, so that both workers have some. */
    private static final String BETTER_APART = """
            preferredDuringSchedulingIgnoredDuringExecution:
                        - weight: 100
                          podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {drain: %s}}}""";

    private static final String ALWAYS_APART = """
            requiredDuringSchedulingIgnoredDuringExecution:
                        - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {drain: %s}}}""";

    private final KeelsonFleet fleet;
    private final Progress progress = Progress.console();

    DrainScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
    }

    @Scenario(
            value = "drain-node",
            about =
                    "a worker is emptied while a client calls what runs on it: no call fails, the budget is kept, and the"
                            + " server is killed in the middle")
    void aWorkerIsEmptiedWithoutAnybodyNoticing() {
        var name = "drain-web";
        deploy(name, 4, BETTER_APART, 3);
        var node = fleet.workers().getFirst().name();
        var caller = fleet.controlPlanes().getFirst();
        try {
            assertThat(podsOn(node, name)).isNotEmpty();
            begin(caller, address(name));
            var fewest = new ArrayList<Integer>();
            try (var watching = new Watching(() -> fewest.add(ready(name)))) {
                killServerIn(node);
                var drained = node("drain", node, "--cluster", KeelsonFleet.CLUSTER, "--timeout", "3m");
                assertThat(drained.ok()).as(drained.stderr()).isTrue();
                progress.say("drain-node:\n" + drained.stderr() + drained.stdout());
                assertThat(drained.stdout()).contains("node/" + node + " drained");
            }
            assertThat(fewest).isNotEmpty().allMatch(ready -> ready >= 3);
            assertThat(podsOn(node, name)).isEmpty();
            assertThat(json(fleet.kubectl().must("get", "node", node, "-o", "json"))
                            .path("spec")
                            .path("unschedulable")
                            .asBoolean())
                    .isTrue();
            fleet.kubectl().must("rollout", "status", "deployment/" + name, "--timeout=120s");
            var calls = end(caller);
            progress.say("drain-node: " + calls.size() + " calls while the node was emptied");
            assertThat(calls).hasSizeGreaterThan(100).allMatch(line -> line.startsWith("ok "));
        } finally {
            caller.shell("touch " + CALLS + ".stop");
            back(node, name);
        }
    }

    /** The drain that it interrupts stays on the node as its mark; the next one goes on with it. */
    private void killServerIn(String node) {
        var command = "setsid keelson node drain " + node + " --cluster " + KeelsonFleet.CLUSTER
                + " --timeout 3m > /root/drain.log 2>&1 &";
        fleet.server().mustShell(command);
        Awaitility.await("the first eviction")
                .atMost(LIMIT)
                .until(() -> fleet.server().readFile("/root/drain.log").contains("evicted "));
        fleet.server().mustExec("systemctl", "kill", "-s", "KILL", "keelson-server.service");
        Awaitility.await("the command says that the server is gone")
                .atMost(LIMIT)
                .until(() -> fleet.server().readFile("/root/drain.log").contains("may still be cordoned"));
        assertThat(marks(node)).contains("keelson.io/drain-since");
        Awaitility.await("the server is back, and agents with it")
                .atMost(LIMIT)
                .until(() -> fleet.tryKeelson("node", "drain", node, "--cluster", KeelsonFleet.CLUSTER, "--dry-run")
                        .ok());
    }

    /** system-upgrade-controller#78, system-upgrade-controller#103, gravity#1277: a drain waited for ever on a budget. */
    @Scenario(
            value = "drain-blocked",
            about =
                    "a budget that lets nobody go: the drain ends at its limit, names budget and workload, and the node takes"
                            + " pods again; so it does when the command is ended")
    void aBudgetThatLetsNobodyGoEndsTheDrain() {
        var name = "drain-db";
        var node = fleet.workers().getFirst().name();
        deploy(name, 1, BETTER_APART, 1, node);
        try {
            var forecast = forecast(node);
            progress.say("drain-blocked:\n" + forecast.stdout() + forecast.stderr());
            assertThat(forecast.exit()).isEqualTo(1);
            assertThat(forecast.stdout()).contains("blocked", "budget default/" + name);

            var drained = node("drain", node, "--cluster", KeelsonFleet.CLUSTER, "--timeout", "25s");
            progress.say("drain-blocked:\n" + drained.stderr());
            assertThat(drained.exit()).isEqualTo(1);
            assertThat(drained.stderr())
                    .contains(
                            "NODE_NOT_EMPTY",
                            "budget default/" + name,
                            "ReplicaSet default/" + name,
                            "it takes pods again")
                    .contains("kubectl -n default describe pdb " + name);
            assertTakesPods(node);
            assertThat(podsOn(node, name)).hasSize(1);

            var ended = fleet.server()
                    .shell("timeout --preserve-status -s INT 15 keelson node drain " + node + " --cluster "
                            + KeelsonFleet.CLUSTER + " --timeout 10m");
            assertThat(ended.exit()).as(ended.stderr()).isEqualTo(INTERRUPTED);
            assertThat(ended.stderr()).contains("takes no new pods", "budget default/" + name);
            Awaitility.await("the server takes it back")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertTakesPods(node));
        } finally {
            back(node, name);
        }
    }

    /** hcloud#1507: nodes that were drained together waited for each other for ever. */
    @Scenario(
            value = "drain-forecast",
            about =
                    "a dry run says what leaves, what finds no room and which nodes would wait for each other, and changes"
                            + " nothing")
    void theForecastNamesADeadlockAndChangesNothing() {
        var name = "drain-pair";
        var nodes = fleet.workers().stream().limit(2).map(LabHost::name).toList();
        deploy(name, 2, ALWAYS_APART, 1, String.join(", ", nodes));
        var before = pods();
        try {
            var alone = forecast(nodes.getFirst(), "-o", "json");
            assertThat(alone.exit()).as(alone.toString()).isZero();
            assertThat(json(alone.stdout()).path("succeeds").asBoolean()).isTrue();
            assertThat(json(alone.stdout()).has("deadlock")).isFalse();

            var together = forecast(nodes.get(0), nodes.get(1));
            progress.say("drain-forecast:\n" + together.stdout() + together.stderr());
            assertThat(together.exit()).isEqualTo(1);
            assertThat(together.stdout())
                    .contains(
                            "Emptied together, nodes " + nodes.get(0) + " and " + nodes.get(1) + " wait for each other")
                    .contains("budget default/" + name);
            nodes.forEach(this::assertTakesPods);
            assertThat(pods()).isEqualTo(before);
            assertThat(forecast("w-99").stderr()).contains("NODE_UNKNOWN");
        } finally {
            back(nodes.getFirst(), name);
        }
    }

    private void deploy(String name, int replicas, String apart, int least) {
        deploy(name, replicas, apart, least, String.join(", ", fleet.topology().workerNames()));
    }

    private void deploy(String name, int replicas, String apart, int least, String nodes) {
        fleet.kubectl().apply(WORKLOAD.formatted(name, replicas, nodes, apart.formatted(name), least));
        fleet.kubectl().must("rollout", "status", "deployment/" + name, "--timeout=150s");
        Awaitility.await("the budget's controller has counted")
                .atMost(LIMIT)
                .until(() -> json(fleet.kubectl().must("get", "pdb", name, "-o", "json"))
                                .path("status")
                                .path("currentHealthy")
                                .asInt()
                        == replicas);
    }

    private void back(String node, String name) {
        var unused = node("uncordon", node, "--cluster", KeelsonFleet.CLUSTER);
        for (var kind : List.of("pdb", "service", "deployment")) {
            // With its pods: one that is pinned to a node and not collected yet would be in the next forecast.
            fleet.kubectl().run("delete", kind, name, "--cascade=foreground", "--wait=true");
        }
        fleet.kubectl().must("rollout", "status", "deployment/echo", "--timeout=150s");
    }

    private ExecResult node(String... arguments) {
        return fleet.server()
                .exec(
                        Duration.ofMinutes(6),
                        Stream.concat(Stream.of("keelson", "node"), Stream.of(arguments))
                                .toArray(String[]::new));
    }

    private ExecResult forecast(String... arguments) {
        return node(
                Stream.concat(Stream.of("drain", "--dry-run", "--cluster", KeelsonFleet.CLUSTER), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private void assertTakesPods(String node) {
        var object = json(fleet.kubectl().must("get", "node", node, "-o", "json"));
        assertThat(object.path("spec").path("unschedulable").asBoolean()).isFalse();
        assertThat(object.path("metadata").path("annotations").toString()).doesNotContain("keelson.io/drain-since");
    }

    private String marks(String node) {
        return LocalKubectl.on(fleet.controlPlanes().getFirst())
                .must("get node " + node + " -o jsonpath={.metadata.annotations}");
    }

    private List<String> podsOn(String node, String name) {
        return fleet.kubectl()
                .must(
                        "get",
                        "pods",
                        "-l",
                        "drain=" + name,
                        "--field-selector=spec.nodeName=" + node,
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}")
                .lines()
                .toList();
    }

    private String pods() {
        return fleet.kubectl()
                .must(
                        "get",
                        "pods",
                        "-A",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.uid} {.spec.nodeName}{\"\\n\"}{end}");
    }

    /** How many are ready, as the budget's controller counts them; asked of an API server itself, as the server is killed. */
    private int ready(String name) {
        return Integer.parseInt(LocalKubectl.on(fleet.controlPlanes().getFirst())
                .must("get pdb " + name + " -o jsonpath={.status.currentHealthy}")
                .strip());
    }

    private String address(String name) {
        return fleet.kubectl()
                .must("get", "service", name, "-o", "jsonpath={.spec.clusterIP}")
                .strip();
    }

    private static void begin(LabHost caller, String address) {
        caller.mustShell("rm -f " + CALLS + "*; setsid sh -c 'while [ ! -e " + CALLS + ".stop ]; do"
                + " if out=$(curl -sf -m 5 http://" + address
                + "/); then echo \"ok $out\"; else echo \"failed $(date +%T)\"; fi"
                + " >> " + CALLS + "; sleep 0.1; done' > /dev/null 2>&1 &");
    }

    private static List<String> end(LabHost caller) {
        caller.mustShell("touch " + CALLS + ".stop; sleep 1");
        return caller.readFile(CALLS).lines().toList();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    /** Looks again and again while something else is done. */
    private static final class Watching implements AutoCloseable {
        private final Thread thread;
        private volatile boolean over;

        Watching(Runnable look) {
            thread = Thread.ofVirtual().start(() -> {
                while (!over) {
                    look.run();
                }
            });
        }

        @Override
        public void close() {
            over = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
