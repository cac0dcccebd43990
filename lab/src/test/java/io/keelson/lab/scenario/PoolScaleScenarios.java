package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.Scenario;
import io.keelson.lab.pool.PoolDeclaration;
import io.keelson.lab.pool.PoolView;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pool's nodes come and go, and its hosts too. Runs last of those that need the fleet: it has a host less afterwards. */
@ExtendWith(PoolFleet.class)
@Order(25)
class PoolScaleScenarios {
    private static final String OTHER = "other";

    private final KeelsonFleet fleet;
    private final PoolTrial trial;

    PoolScaleScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.trial = new PoolTrial(fleet);
    }

    @Scenario(
            value = "pool-scale",
            about =
                    "a pool grows, gives a node to another pool and shrinks, and no call fails; then that host dies and is"
                            + " taken out for good without being needed",
            extended = true)
    void nodesComeAndGoAndAHostThatIsDeadIsTakenOut() {
        trial.settle();
        var all = Stream.concat(trial.nodes().stream(), trial.spares().stream())
                .sorted()
                .toList();
        // No declaration of the cluster names it.
        var mover = fleet.topology().spareNames().stream()
                .filter(all::contains)
                .findFirst()
                .orElseThrow();
        var rest = all.stream().filter(host -> !host.equals(mover)).toList();
        var alone = fleet.topology().workerNames().getLast();

        var recorded = trial.during(() -> {
            PoolDeclaration.of(PoolTrial.POOL, all, all.size()).apply(fleet);
            trial.await("all of them serve", status -> status.in("SERVING").equals(all));
            moves(mover, rest, alone);
            PoolDeclaration.of(PoolTrial.POOL, rest, PoolTrial.SIZE).apply(fleet);
            trial.await(
                    "one node has become a spare",
                    status -> status.in("SERVING").size() == PoolTrial.SIZE
                            && status.in("SPARE").size() == rest.size() - PoolTrial.SIZE);
        });
        trial.assertNoCallFailed(recorded);
        trial.assertAvailable(recorded, PoolDeclaration.of(PoolTrial.POOL, all, PoolTrial.SIZE), PoolTrial.SIZE);
        trial.assertAway(recorded, 1);

        takenOut(mover, alone);
        assertThat(trial.view().status().in("SERVING")).hasSize(PoolTrial.SIZE);
        fleet.keelson("delete", "nodepool", OTHER);
    }

    /** It is emptied, leaves the one pool, and is a node of the other. */
    private void moves(String mover, List<String> rest, String alone) {
        var web = PoolDeclaration.of(PoolTrial.POOL, rest, rest.size());
        var other = PoolDeclaration.of(OTHER, List.of(alone, mover), 2);
        fleet.server().writeFile("/root/pools.yaml", web.manifest() + "---\n" + other.manifest(), "0644");
        var answer = fleet.tryKeelson("apply", "-f", "/root/pools.yaml");
        assertThat(answer.ok()).as(answer.stderr()).isTrue();
        PoolView.of(fleet, OTHER)
                .await(
                        "it serves in the other pool",
                        PoolTrial.SOON,
                        status -> Set.copyOf(status.in("SERVING")).equals(Set.of(alone, mover)));
        assertThat(trial.view().status().in("SERVING")).isEqualTo(rest);
        assertThat(trial.view().history())
                .anyMatch(event -> event.host().equals(mover) && event.to().equals("LEAVING"));
        assertThat(fleet.kubectl().must("get", "nodes", "-l", "keelson.io/pool=" + OTHER, "-o", "name"))
                .contains("node/" + mover);
    }

    private void takenOut(String dead, String alone) {
        fleet.lab().host(dead).kill();
        var named = remove(dead);
        assertThat(named.ok()).isFalse();
        assertThat(named.stderr()).contains("nodepool").contains(OTHER);

        PoolDeclaration.of(OTHER, List.of(alone), 1).apply(fleet);
        Awaitility.await("the server takes it for gone")
                .atMost(PoolTrial.SOON)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> remove(dead, "--dry-run").ok());
        var removed = remove(dead);
        assertThat(removed.ok()).as(removed.stderr()).isTrue();
        fleet.keelson("wait", "host/" + dead, "--for=delete", "--timeout", "5m");
        Awaitility.await("its Node object is deleted")
                .atMost(PoolTrial.SOON)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !fleet.kubectl().must("get", "nodes", "-o", "name").contains("node/" + dead));
        PoolView.of(fleet, OTHER)
                .await(
                        "the other pool has its own node alone",
                        PoolTrial.SOON,
                        status -> status.stages().keySet().equals(Set.of(alone)));
        fleet.lab().remove(fleet.lab().host(dead));
    }

    private ExecResult remove(String host, String... options) {
        return fleet.tryKeelson(Stream.concat(Stream.of("host", "remove", host), Stream.of(options))
                .toArray(String[]::new));
    }
}
