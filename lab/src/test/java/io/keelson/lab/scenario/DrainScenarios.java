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
import io.keelson.lab.pool.SteadyCalls;
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
        var web = new DrainWorkload(fleet, "drain-web");
        web.deploy(
                4,
                DrainWorkload.BETTER_APART,
                3,
                String.join(", ", fleet.topology().workerNames()));
        var node = fleet.workers().getFirst().name();
        try (var calls = SteadyCalls.begin(List.of(fleet.controlPlanes().getFirst()), web.url())) {
            assertThat(web.podsOn(node)).isNotEmpty();
            var fewest = new ArrayList<Integer>();
            try (var watching = new Watching(() -> fewest.add(web.ready()))) {
                killServerIn(node);
                var drained = node("drain", node, "--cluster", KeelsonFleet.CLUSTER, "--timeout", "3m");
                assertThat(drained.ok()).as(drained.stderr()).isTrue();
                progress.say("drain-node:\n" + drained.stderr() + drained.stdout());
                assertThat(drained.stdout()).contains("node/" + node + " drained");
            }
            assertThat(fewest).isNotEmpty().allMatch(ready -> ready >= 3);
            assertThat(web.podsOn(node)).isEmpty();
            assertThat(json(fleet.kubectl().must("get", "node", node, "-o", "json"))
                            .path("spec")
                            .path("unschedulable")
                            .asBoolean())
                    .isTrue();
            fleet.kubectl().must("rollout", "status", "deployment/" + web.name(), "--timeout=120s");
            var came = calls.stop();
            progress.say("drain-node: " + came.size() + " calls while the node was emptied");
            assertThat(came).hasSizeGreaterThan(100).allMatch(line -> line.startsWith("ok "));
        } finally {
            back(node, web);
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
        var database = new DrainWorkload(fleet, name);
        database.deploy(1, DrainWorkload.BETTER_APART, 1, node);
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
            assertThat(database.podsOn(node)).hasSize(1);

            var ended = fleet.server()
                    .shell("timeout --preserve-status -s INT 15 keelson node drain " + node + " --cluster "
                            + KeelsonFleet.CLUSTER + " --timeout 10m");
            assertThat(ended.exit()).as(ended.stderr()).isEqualTo(INTERRUPTED);
            assertThat(ended.stderr()).contains("takes no new pods", "budget default/" + name);
            Awaitility.await("the server takes it back")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertTakesPods(node));
        } finally {
            back(node, database);
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
        var pair = new DrainWorkload(fleet, name);
        pair.deploy(2, DrainWorkload.ALWAYS_APART, 1, String.join(", ", nodes));
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
            back(nodes.getFirst(), pair);
        }
    }

    private void back(String node, DrainWorkload workload) {
        var unused = node("uncordon", node, "--cluster", KeelsonFleet.CLUSTER);
        workload.remove();
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

    private String pods() {
        return fleet.kubectl()
                .must(
                        "get",
                        "pods",
                        "-A",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.uid} {.spec.nodeName}{\"\\n\"}{end}");
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
