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
 * @param version of its entry in the store; 0 if it is not stored yet
 */
public record RegisteredCluster(
        ClusterSpec spec,
        Instant created,
        long generation,
        boolean removing,
        Map<HostId, EtcdUpkeep> upkeep,
        long version) {
    public RegisteredCluster {
        upkeep = Map.copyOf(upkeep);
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
