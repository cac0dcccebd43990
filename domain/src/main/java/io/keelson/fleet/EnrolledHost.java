package io.keelson.fleet;

import java.util.Optional;

/**
 * A host as the fleet knows it when a cluster is planned.
 *
 * @param cluster the cluster that it belongs to already, if any
 * @param architecture as Go names it ({@code amd64}); empty while the host has not told it
 */
public record EnrolledHost(
        HostId id, Zone zone, IpAddress address, Optional<ClusterName> cluster, Optional<String> architecture) {
    /** A host that has not told its architecture. */
    public EnrolledHost(HostId id, Zone zone, IpAddress address, Optional<ClusterName> cluster) {
        this(id, zone, address, cluster, Optional.empty());
    }
}
