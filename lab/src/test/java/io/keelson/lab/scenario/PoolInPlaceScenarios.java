package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.OsLevels.Patches;
import io.keelson.lab.host.Scenario;
import io.keelson.lab.pool.PoolDeclaration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes are patched where they are, two of a zone at a time, and nobody notices. */
@ExtendWith(PoolFleet.class)
@Order(20)
class PoolInPlaceScenarios {
    /** rancher#45538: there the reboot of one node dropped another. */
    @Scenario(
            value = "pool-in-place",
            about = "six nodes are emptied, patched and rebooted in place, zone by zone: no call fails")
    void sixNodesArePatchedInPlaceWithoutAnybodyNoticing(KeelsonFleet fleet) {
        var trial = new PoolTrial(fleet);
        trial.settle();
        int atOnce = 2;
        var level =
                trial.progress().step("publish a level", () -> fleet.levels().publish(Patches.DATA));
        var pool = PoolDeclaration.of(PoolTrial.POOL, trial.nodes(), PoolTrial.SIZE)
                .with("strategy", "inPlace")
                .with("maxUnavailable", Integer.toString(atOnce))
                .at(level);
        assertThat(pool.hosts()).hasSize(PoolTrial.SIZE);
        trial.hosts(pool.hosts())
                .forEach(host -> assertThat(level.lacking(host))
                        .as(host.name())
                        .hasSize(level.versions().size()));
        var boots = trial.boots(pool.hosts());

        var recorded = trial.during(() -> {
            pool.apply(fleet);
            trial.awaitLevel(pool, level);
        });

        trial.assertNoCallFailed(recorded);
        trial.assertAvailable(recorded, pool, PoolTrial.SIZE - atOnce);
        assertThat(recorded.looks())
                .allSatisfy(look -> assertThat(look.awayOf(pool.hosts()).stream()
                                .map(fleet.topology()::zone)
                                .distinct())
                        .as(look.toString())
                        .hasSizeLessThanOrEqualTo(1));
        trial.assertPatched(pool, level, boots);
        trial.assertAway(recorded, atOnce);
        assertThat(trial.nodes()).isEqualTo(pool.hosts());
    }
}
