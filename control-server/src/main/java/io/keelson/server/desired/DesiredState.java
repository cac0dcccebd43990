package io.keelson.server.desired;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import java.util.Optional;

/**
 * What one host is to be.
 *
 * @param epoch of the leader that decided it
 * @param revision rises with every change, never falls, also when the host leaves a cluster
 * @param base the revision since which nothing was changed but upkeep of its etcd member: a host that has come to it, and says
 *     that the upkeep is done, has nothing left that could take its member down
 * @param node empty: the host belongs to no cluster
 */
public record DesiredState(HostId host, Epoch epoch, Revision revision, Revision base, Optional<NodeSpec> node) {
    public DesiredState {
        if (base.compareTo(revision) > 0) {
            throw new IllegalArgumentException("nothing changed since revision " + base + ", and it is " + revision);
        }
    }

    /** What differs from what it was before in more than upkeep. */
    public DesiredState(HostId host, Epoch epoch, Revision revision, Optional<NodeSpec> node) {
        this(host, epoch, revision, revision, node);
    }

    /** What the host is to be next, by whoever leads then. */
    public DesiredState next(Epoch leader, Revision next, Optional<NodeSpec> other) {
        return new DesiredState(
                host, leader, next, withoutUpkeep(node).equals(withoutUpkeep(other)) ? base : next, other);
    }

    private static Optional<NodeSpec> withoutUpkeep(Optional<NodeSpec> node) {
        return node.map(each -> each.withUpkeep(EtcdUpkeep.NONE));
    }

    /** Whether the host is further than this, so that it would refuse an order of it. */
    public boolean isBehind(Obeyed obeyed) {
        return obeyed.revision().compareTo(revision) > 0 || obeyed.epoch().compareTo(epoch) > 0;
    }
}
