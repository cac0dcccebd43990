package io.keelson.server.fleet;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import java.time.Instant;
import java.util.Map;

/**
 * A declared cluster.
 *
 * @param generation rises with every change of the declaration, from 1
 * @param removing its deletion has begun: no host may be assigned to it any more
 * @param upkeep what operators want to have been done to etcd members, by host
 * @param snapshotsAsked how often somebody asked for a snapshot of its etcd out of turn
 * @param version of its entry in the store; 0 if it is not stored yet
 */
public record RegisteredCluster(
        ClusterSpec spec,
        Instant created,
        long generation,
        boolean removing,
        Map<HostId, EtcdUpkeep> upkeep,
        long snapshotsAsked,
        long version) {
    public RegisteredCluster {
        upkeep = Map.copyOf(upkeep);
    }

    /** Nobody asked for a snapshot. */
    public RegisteredCluster(
            ClusterSpec spec,
            Instant created,
            long generation,
            boolean removing,
            Map<HostId, EtcdUpkeep> upkeep,
            long version) {
        this(spec, created, generation, removing, upkeep, 0, version);
    }

    /** Its name. */
    public ClusterName name() {
        return spec.name();
    }

    /** Whether the declaration names the host. */
    public boolean names(HostId host) {
        return spec.controlPlane().contains(host)
                || spec.pools().stream().anyMatch(pool -> pool.hosts().contains(host));
    }
}
