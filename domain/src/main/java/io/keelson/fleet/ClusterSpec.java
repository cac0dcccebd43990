package io.keelson.fleet;

import io.keelson.release.BundleName;
import java.util.List;

/**
 * A cluster as its operator declares it.
 *
 * @param bundle the release that all its nodes are to run
 * @param controlPlane hosts of the control plane, one per zone
 * @param pools workers
 * @param snapshots of its etcd
 */
public record ClusterSpec(
        ClusterName name,
        BundleName bundle,
        ClusterNetwork network,
        List<HostId> controlPlane,
        List<Pool> pools,
        SnapshotPolicy snapshots) {
    public ClusterSpec {
        controlPlane = List.copyOf(controlPlane);
        pools = List.copyOf(pools);
    }

    /** With the snapshots that a cluster has where nothing is said of them. */
    public ClusterSpec(
            ClusterName name, BundleName bundle, ClusterNetwork network, List<HostId> controlPlane, List<Pool> pools) {
        this(name, bundle, network, controlPlane, pools, SnapshotPolicy.STANDARD);
    }

    /** Workers that are alike. */
    public record Pool(PoolName name, List<HostId> hosts) {
        public Pool {
            hosts = List.copyOf(hosts);
        }
    }
}
