package io.keelson.server.desired;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import java.util.Optional;

/**
 * What one host is to be.
 *
 * @param epoch of the leader that decided it
 * @param revision rises with every change, never falls, also when the host leaves a cluster
 * @param base the revision since which nothing was changed but upkeep of its etcd member: a host that has come to it, and says
 *     that the upkeep is done, has nothing left that could take its member down. Another level of its operating system may need
 *     a reboot, and is no upkeep
 * @param nodeSince the revision since which it is to be that node, or none, upkeep aside: a host that was told to be none and
 *     has come to this has left, whatever its operating system waits for. {@link Revision#NONE} if nobody ever said whether it
 *     is to be a node
 * @param node empty: the host is to belong to no cluster, with nothing of one on it, or it was never told
 * @param left the node that it was told to be before, if it is to be none: until it has left, what was that node's is nobody
 *     else's
 * @param os the level that its operating system is to have; empty if nobody asks for one. Never of a host that is to hold an
 *     etcd member
 */
public record DesiredState(
        HostId host,
        Epoch epoch,
        Revision revision,
        Revision base,
        Revision nodeSince,
        Optional<NodeSpec> node,
        Optional<NodeSpec> left,
        Optional<OsSpec> os) {
    public DesiredState {
        if (base.compareTo(revision) > 0 || nodeSince.compareTo(base) > 0) {
            throw new IllegalArgumentException("nothing changed since revision " + base + ", the node since "
                    + nodeSince + ", and it is " + revision);
        }
        if (nodeSince.equals(Revision.NONE) && (node.isPresent() || left.isPresent())) {
            throw new IllegalArgumentException("a node of which nobody said that it is to be one");
        }
        if (os.isPresent() && holdsMember(node)) {
            throw new IllegalArgumentException("an OS level of a host that is to hold an etcd member");
        }
    }

    /** What differs from what it was before in more than upkeep, of a host that leaves nothing. */
    public DesiredState(HostId host, Epoch epoch, Revision revision, Optional<NodeSpec> node) {
        this(host, epoch, revision, revision, revision, node, Optional.empty(), Optional.empty());
    }

    /** Of a host of which nothing was ever decided. */
    static DesiredState untold(HostId host) {
        return new DesiredState(host, Epoch.NONE, Revision.NONE, Optional.empty());
    }

    /** Whether nobody ever said if it is to be a node: what it is it stays. */
    public boolean isUntold() {
        return nodeSince.equals(Revision.NONE);
    }

    /** To be bare, by a new revision also where it was told so before. */
    DesiredState bare(Epoch leader, Revision next) {
        return new DesiredState(host, leader, next, next, next, Optional.empty(), node.or(() -> left), os);
    }

    /** What the host is to be next, by whoever leads then; its operating system as before, unless it is to hold a member. */
    public DesiredState next(Epoch leader, Revision next, Optional<NodeSpec> other) {
        boolean same = !isUntold() && withoutUpkeep(node).equals(withoutUpkeep(other));
        return new DesiredState(
                host,
                leader,
                next,
                same ? base : next,
                same ? nodeSince : next,
                other,
                other.isPresent() ? Optional.empty() : node.or(() -> left),
                holdsMember(other) ? Optional.empty() : os);
    }

    /** The same with that level of its operating system. */
    DesiredState nextOs(Epoch leader, Revision next, Optional<OsSpec> other) {
        return new DesiredState(host, leader, next, next, nodeSince, node, left, other);
    }

    /** The same of a host of which nobody knows what it came to: as if all of it were new. */
    DesiredState anew() {
        return new DesiredState(host, epoch, revision, revision, isUntold() ? nodeSince : revision, node, left, os);
    }

    private static Optional<NodeSpec> withoutUpkeep(Optional<NodeSpec> node) {
        return node.map(each -> each.withUpkeep(EtcdUpkeep.NONE));
    }

    static boolean holdsMember(Optional<NodeSpec> node) {
        return node.filter(each -> each.etcd().own().isPresent()).isPresent();
    }

    /** Whether the host is further than this, so that it would refuse an order of it. */
    public boolean isBehind(Obeyed obeyed) {
        return obeyed.revision().compareTo(revision) > 0 || obeyed.epoch().compareTo(epoch) > 0;
    }
}
