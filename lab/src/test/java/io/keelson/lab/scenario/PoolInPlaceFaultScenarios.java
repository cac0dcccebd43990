package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fault.ApiAway;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.OsLevel;
import io.keelson.lab.fleet.OsLevels.Patches;
import io.keelson.lab.fleet.SecondServer;
import io.keelson.lab.host.Scenario;
import io.keelson.lab.pool.PoolDeclaration;
import io.keelson.lab.pool.PoolView;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/** What may happen while nodes are patched in place. All of it in one rollout: none hides another. */
@ExtendWith(PoolFleet.class)
@Order(23)
class PoolInPlaceFaultScenarios {
    private static final Duration AWAY = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(25);

    /** One pod that nobody may evict, and one that does not end when it is asked to. */
    private static final String OBSTACLES = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: keeper}
            spec:
              selector: {matchLabels: {obstacle: keeper}}
              template:
                metadata: {labels: {obstacle: keeper}}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %1$s}
                  containers:
                    - {name: keeper, image: 'keelson.local/busybox:1.35', imagePullPolicy: Never, command: [sleep, infinity]}
            ---
            apiVersion: policy/v1beta1
            kind: PodDisruptionBudget
            metadata: {name: keeper}
            spec:
              minAvailable: 1
              selector: {matchLabels: {obstacle: keeper}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: deaf}
            spec:
              selector: {matchLabels: {obstacle: deaf}}
              template:
                metadata: {labels: {obstacle: deaf}}
                spec:
                  terminationGracePeriodSeconds: %3$d
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%2$s, %4$s]}]
                      preferredDuringSchedulingIgnoredDuringExecution:
                        - weight: 100
                          preference: {matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%2$s]}]}
                  containers:
                    - name: deaf
                      image: keelson.local/busybox:1.35
                      imagePullPolicy: Never
                      command: [sh, -c, 'trap "" TERM; while true; do sleep 1000; done']
            """;

    private final KeelsonFleet fleet;
    private final PoolTrial trial;

    PoolInPlaceFaultScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.trial = new PoolTrial(fleet);
    }

    @Scenario(
            value = "pool-in-place-faults",
            about =
                    "cancelled, paused, a budget that lets nobody go, a pod that does not end, the API away, another leader:"
                            + " nobody notices",
            extended = true)
    void whatHappensMeanwhileDelaysAndBreaksNothing() {
        trial.settle();
        var level = fleet.levels().publish(Patches.NONE);
        var nodes = trial.nodes();
        var pool = PoolDeclaration.of(PoolTrial.POOL, nodes, PoolTrial.SIZE)
                .with("strategy", "inPlace")
                .with("drain", "{timeout: PT2M}")
                .with("whenBlocked", "goOn")
                .at(level);
        var deafOn = nodes.get(3);
        var keeper = nodes.get(4);
        obstacles(keeper, deafOn);
        var boots = trial.boots(nodes);
        try {
            var recorded = trial.during(() -> {
                pool.apply(fleet);
                cancelled(level);
                paused(level);
                apiAway();
                leaderLost();
                givenUp(keeper, nodes, level);
                fleet.kubectl().must("delete", "pdb", "keeper");
                trial.view().must("resume");
                trial.awaitLevel(pool, level);
            });
            trial.assertNoCallFailed(recorded);
            trial.assertAvailable(recorded, pool, PoolTrial.SIZE - 1);
            trial.assertPatched(pool, level, boots);
            trial.assertAway(recorded, 1);
            assertThat(drained(deafOn))
                    .as("the pod that does not end had its time")
                    .isGreaterThanOrEqualTo(GRACE);
        } finally {
            fleet.kubectl().run("delete", "pdb", "keeper", "--ignore-not-found");
            fleet.kubectl().run("delete", "deployment", "keeper", "deaf", "--ignore-not-found", "--wait=true");
        }
    }

    private void obstacles(String keeper, String deaf) {
        var outside = fleet.topology().workerNames().getLast();
        fleet.kubectl().apply(OBSTACLES.formatted(keeper, deaf, GRACE.toSeconds(), outside));
        for (var name : List.of("keeper", "deaf")) {
            fleet.kubectl().must("rollout", "status", "deployment/" + name, "--timeout=120s");
        }
        assertThat(fleet.kubectl()
                        .must("get", "pods", "-l", "obstacle=deaf", "-o", "jsonpath={.items[*].spec.nodeName}"))
                .isEqualTo(deaf);
    }

    /** The node that is being emptied serves again, as it was. */
    private void cancelled(OsLevel level) {
        var node = trial.one("DRAINING");
        trial.view().must("cancel");
        trial.await("it serves again", status -> status.in("SERVING").size() == PoolTrial.SIZE);
        assertThat(level.lacking(fleet.lab().host(node)))
                .hasSize(level.versions().size());
        assertTakesPods(node);
        trial.view().must("resume");
    }

    /** The node that is being patched comes to its end, and no other is begun with. */
    private void paused(OsLevel level) {
        var node = trial.one("PATCHING");
        trial.view().must("pause");
        var status = trial.await("it serves again", seen -> seen.in("SERVING").size() == PoolTrial.SIZE);
        assertThat(status.text()).contains("paused");
        assertThat(level.lacking(fleet.lab().host(node))).isEmpty();
        assertTakesPods(node);
        trial.view().must("resume");
    }

    private void apiAway() {
        trial.one("PATCHING");
        try (var away = ApiAway.from(fleet.controlPlanes())) {
            long until = System.nanoTime() + AWAY.toNanos();
            Awaitility.await("a minute without the API")
                    .atMost(AWAY.plusSeconds(10))
                    .until(() -> System.nanoTime() >= until);
            assertThat(away.refused()).isPositive();
        }
    }

    private void leaderLost() {
        try (var second = SecondServer.start(fleet)) {
            var node = trial.one("DRAINING");
            second.takeOver();
            PoolView.of(second::keelson, PoolTrial.POOL)
                    .await(
                            node + " is patched under the second server",
                            PoolTrial.SOON,
                            status -> status.stages().getOrDefault(node, "").matches("PATCHING|VERIFYING|SERVING"));
        }
    }

    /** Others are patched, and this one is named with what is in the way. */
    private void givenUp(String node, List<String> nodes, OsLevel level) {
        var status = trial.await(
                "all others are patched",
                seen -> seen.in("SERVING").size() == PoolTrial.SIZE
                        && nodes.stream()
                                .filter(each -> !each.equals(node))
                                .allMatch(each ->
                                        level.lacking(fleet.lab().host(each)).isEmpty()));
        assertThat(level.lacking(fleet.lab().host(node))).isNotEmpty();
        assertThat(status.text()).contains("budget default/keeper");
        assertThat(trial.view().history())
                .anyMatch(event -> event.host().equals(node)
                        && event.from().equals("DRAINING")
                        && event.to().equals("SERVING")
                        && event.why().contains("could not be emptied"));
        assertTakesPods(node);
    }

    private void assertTakesPods(String node) {
        assertThat(fleet.kubectl().must("get", "node", node, "-o", "jsonpath={.spec.unschedulable}"))
                .isEmpty();
    }

    /** How long the node took to be empty, the last time. */
    private Duration drained(String node) {
        var events = trial.view().history().stream()
                .filter(event -> event.host().equals(node))
                .toList();
        for (int i = events.size() - 1; i > 0; i--) {
            if (events.get(i).from().equals("DRAINING") && events.get(i).to().equals("PATCHING")) {
                return Duration.between(events.get(i - 1).at(), events.get(i).at());
            }
        }
        throw new AssertionError(node + " was not drained: " + events);
    }
}
