package io.keelson.server.poolrollout;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.pool.PoolHost.Emptied;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a pool wants to be done to nodes through their cluster's API. Nothing here waits: each says how far it is, and is asked again
 * until it is done. What was asked for and is asked for no more, as by a server that leads no more, ends by itself; nothing is
 * kept here that another leader could not find out.
 */
public interface NodeTasks {
    /**
     * Empties a node, or goes on with it. That it is done, or was given up, is said at least once.
     *
     * @param since since when it is to be empty; that it was before means nothing
     * @return how far it is, and what it waits for or what was in the way
     */
    Emptying empty(ClusterName cluster, NodeName node, DrainPolicy policy, Instant since);

    /** How far the emptying of a node is, and what it waits for or what was in the way; empty for nothing. */
    record Emptying(Emptied how, String what) {}

    /**
     * Ends the emptying of a node, and lets it take pods again if that is why it does not; a person's cordon stays.
     *
     * @return whether that is done
     */
    boolean takeBack(ClusterName cluster, NodeName node);

    /**
     * Looks at a node until it works.
     *
     * @param image that the node has, for a pod that is reached from elsewhere
     */
    Working verify(ClusterName cluster, NodeName node, HostId host, String image);

    /**
     * How a node that is looked at works.
     *
     * @param since when all of it holds without a break; empty if something does not
     * @param looked whether the cluster's API has shown it lately
     * @param missing what does not; empty if nothing, or nobody has looked yet
     */
    record Working(Optional<Instant> since, boolean looked, String missing) {}

    /** Looks at the node no more. */
    void verified(ClusterName cluster, NodeName node);

    /**
     * Deletes the Node object of a host that has left.
     *
     * @return whether there is none any more; said at least once
     */
    boolean delete(ClusterName cluster, NodeName node, HostId host);

    /** Nodes that are Ready and take pods, as the cluster's API said lately; empty if it did not. */
    Optional<Set<NodeName>> ready(ClusterName cluster);
}
