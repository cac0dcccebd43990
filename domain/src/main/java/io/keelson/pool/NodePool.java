package io.keelson.pool;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.PoolSpec;
import java.util.List;

/**
 * Workers of a cluster that are kept as they are wanted, one replaced after the other, as an operator declares them.
 *
 * @param name unique at one control server; the label {@code keelson.io/pool} of its nodes
 * @param hosts that it may use: so many as it wants are nodes, the others spares; 1 to {@value #MOST_HOSTS}, none twice
 * @param drain how its nodes are emptied
 */
public record NodePool(PoolName name, ClusterName cluster, List<HostId> hosts, PoolSpec spec, DrainPolicy drain) {
    /** The most hosts of one pool. */
    public static final int MOST_HOSTS = 500;

    public NodePool {
        hosts = List.copyOf(hosts);
    }

    /** Whether it may use the host. */
    public boolean names(HostId host) {
        return hosts.contains(host);
    }
}
