package io.keelson.server.kubetunnel;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.server.session.ByteTunnel;
import java.util.List;

/** How a cluster's API servers are reached. */
public interface TunnelRoutes {
    /** Control-plane hosts of the cluster that are connected, the most promising first. */
    List<HostId> candidates(ClusterName cluster);

    /**
     * Bytes to and from the API server on a host.
     *
     * @throws io.keelson.problem.ProblemException if the host cannot be reached
     */
    ByteTunnel open(HostId host);
}
