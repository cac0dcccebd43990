package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.OsLevels.Patches;
import io.keelson.lab.host.Scenario;
import io.keelson.lab.pool.PoolDeclaration;
import java.util.ArrayList;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes are replaced by patched spares, and nobody notices. */
@ExtendWith(PoolFleet.class)
@Order(21)
class PoolReplaceScenarios {
    /** eks-anywhere#7820: there an upgrade with one spare came to a stop. */
    @Scenario(
            value = "pool-replace",
            about =
                    "six nodes are replaced with the help of one spare: no call fails, and the last spare is patched too",
            extended = true)
    void sixNodesAreReplacedWithOneSpareWithoutAnybodyNoticing(KeelsonFleet fleet) {
        var trial = new PoolTrial(fleet);
        trial.settle();
        var level =
                trial.progress().step("publish a level", () -> fleet.levels().publish(Patches.TLS));
        var before = trial.nodes();
        var hosts = new ArrayList<>(before);
        hosts.add(trial.spares().getFirst());
        var pool = PoolDeclaration.of(PoolTrial.POOL, hosts, PoolTrial.SIZE)
                .with("strategy", "replace")
                .with("maxUnavailable", "1")
                .at(level);
        assertThat(before).hasSize(PoolTrial.SIZE);
        trial.hosts(hosts)
                .forEach(host -> assertThat(level.lacking(host))
                        .as(host.name())
                        .hasSize(level.versions().size()));
        var boots = trial.boots(hosts);

        var recorded = trial.during(() -> {
            pool.apply(fleet);
            trial.awaitLevel(pool, level);
        });

        trial.assertNoCallFailed(recorded);
        // A spare joins first: there are never fewer than before.
        trial.assertAvailable(recorded, pool, PoolTrial.SIZE);
        trial.assertPatched(pool, level, boots);
        trial.assertAway(recorded, 1);
        assertThat(trial.nodes()).hasSize(PoolTrial.SIZE).isNotEqualTo(before);
    }
}
