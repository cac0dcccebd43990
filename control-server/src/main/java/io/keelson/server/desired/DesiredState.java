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
 * @param node empty: the host is to belong to no cluster, with nothing of one on it
 * @param left the node that it was told to be before, if it is to be none: until it has left, what was that node's is nobody
 *     else's
 */
public record DesiredState(
        HostId host, Epoch epoch, Revision revision, Revision base, Optional<NodeSpec> node, Optional<NodeSpec> left) {
    public DesiredState {
        if (base.compareTo(revision) > 0) {
            throw new IllegalArgumentException("nothing changed since revision " + base + ", and it is " + revision);
        }
    }

    /** What differs from what it was before in more than upkeep, of a host that leaves nothing. */
    public DesiredState(HostId host, Epoch epoch, Revision revision, Optional<NodeSpec> node) {
        this(host, epoch, revision, revision, node, Optional.empty());
    }

    /** What the host is to be next, by whoever leads then. */
    public DesiredState next(Epoch leader, Revision next, Optional<NodeSpec> other) {
        boolean same = withoutUpkeep(node).equals(withoutUpkeep(other));
        return new DesiredState(host, leader, next, same ? base : next, other, leftBy(other));
    }

    /** The same of a host of which nobody knows what it came to since. */
    DesiredState anew(Epoch leader, Revision next, Optional<NodeSpec> other) {
        return new DesiredState(host, leader, next, next, other, leftBy(other));
    }

    private Optional<NodeSpec> leftBy(Optional<NodeSpec> other) {
        return other.isPresent() ? Optional.empty() : node.or(() -> left);
    }

    private static Optional<NodeSpec> withoutUpkeep(Optional<NodeSpec> node) {
        return node.map(each -> each.withUpkeep(EtcdUpkeep.NONE));
    }

    /** Whether the host is further than this, so that it would refuse an order of it. */
    public boolean isBehind(Obeyed obeyed) {
        return obeyed.revision().compareTo(revision) > 0 || obeyed.epoch().compareTo(epoch) > 0;
    }
}
