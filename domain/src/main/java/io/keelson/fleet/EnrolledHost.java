package io.keelson.fleet;

import java.util.Optional;

/**
 * A host as the fleet knows it when a cluster is planned.
 *
 * @param cluster the cluster that it belongs to already, if any
 */
public record EnrolledHost(HostId id, Zone zone, IpAddress address, Optional<ClusterName> cluster) {}
