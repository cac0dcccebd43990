package io.keelson.server.desired;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import java.util.Optional;

/**
 * What one host is to be.
 *
 * @param epoch of the leader that decided it
 * @param revision rises with every change, never falls, also when the host leaves a cluster
 * @param node empty: the host belongs to no cluster
 */
public record DesiredState(HostId host, Epoch epoch, Revision revision, Optional<NodeSpec> node) {
    /** Whether the host is further than this, so that it would refuse an order of it. */
    public boolean isBehind(Obeyed obeyed) {
        return obeyed.revision().compareTo(revision) > 0 || obeyed.epoch().compareTo(epoch) > 0;
    }
}
