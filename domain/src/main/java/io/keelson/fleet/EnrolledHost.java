package io.keelson.fleet;

import java.util.Optional;

/**
 * A host as the fleet knows it when a cluster is planned.
 *
 * @param cluster the cluster that it belongs to already, if any
 * @param architecture as Go names it ({@code amd64}); empty while the host has not told it
 * @param reinstalled whether it was enrolled more than once: what lay on its disks may be gone
 */
public record EnrolledHost(
        HostId id,
        Zone zone,
        IpAddress address,
        Optional<ClusterName> cluster,
        Optional<String> architecture,
        boolean reinstalled) {
    /** A host that has not told its architecture and was enrolled once. */
    public EnrolledHost(HostId id, Zone zone, IpAddress address, Optional<ClusterName> cluster) {
        this(id, zone, address, cluster, Optional.empty(), false);
    }
}
