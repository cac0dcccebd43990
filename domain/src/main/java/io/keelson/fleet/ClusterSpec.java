package io.keelson.fleet;

import io.keelson.release.BundleName;
import java.util.List;

/**
 * A cluster as its operator declares it.
 *
 * @param bundle the release that all its nodes are to run
 * @param controlPlane hosts of the control plane, one per zone
 * @param pools workers
 */
public record ClusterSpec(
        ClusterName name, BundleName bundle, ClusterNetwork network, List<HostId> controlPlane, List<Pool> pools) {
    public ClusterSpec {
        controlPlane = List.copyOf(controlPlane);
        pools = List.copyOf(pools);
    }

    /** Workers that are alike. */
    public record Pool(PoolName name, List<HostId> hosts) {
        public Pool {
            hosts = List.copyOf(hosts);
        }
    }
}
