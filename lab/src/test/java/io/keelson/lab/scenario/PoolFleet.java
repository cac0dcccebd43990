package io.keelson.lab.scenario;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.Topology;

/**
 * The fleet of all scenarios about pools of six nodes, in three zones: six workers, one more that no pool touches, and two spares.
 */
final class PoolFleet extends SharedFleet {
    PoolFleet() {
        super("pool", new Topology(1, 7, 2));
    }

    @Override
    void prepare(KeelsonFleet fleet) {
        // Each scenario has a workload of its own.
    }
}
