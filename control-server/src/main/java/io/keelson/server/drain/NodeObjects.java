package io.keelson.server.drain;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.kubernetes.ClusterApis;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Node objects of nodes that have left: nobody else deletes them, and until then their pods are not given up. May be called from
 * any thread.
 */
public final class NodeObjects {
    /** How many are deleted at once; others wait for their turn. */
    static final int MOST = 16;

    private static final System.Logger LOG = System.getLogger(NodeObjects.class.getName());
    private static final String ACTOR = "server";
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final ClusterApis apis;
    private final DrainLog log;
    private final InstantSource clock;
    private final Map<ClusterNode, Deletion> deletions = new HashMap<>();
    private int running;

    /**
     * One attempt.
     *
     * @param again when the next one may be made, and what came of this one is not said any more; empty while it is under way
     */
    private record Deletion(boolean gone, Optional<Instant> again) {
        static final Deletion UNDER_WAY = new Deletion(false, Optional.empty());
    }

    public NodeObjects(ClusterApis apis, DrainLog log, InstantSource clock) {
        this.apis = apis;
        this.log = log;
        this.clock = clock;
    }

    /**
     * Deletes a Node object in a virtual thread of its own, at most every half minute; to be called until it says that it is gone,
     * which is said once, and for half a minute.
     *
     * @param stillGone whether its host is no node still; asked right before, in that thread
     */
    public synchronized boolean delete(ClusterName cluster, NodeName name, BooleanSupplier stillGone) {
        var node = new ClusterNode(cluster, name);
        var now = clock.instant();
        // What nobody asked for in time is of before: the node may be there again.
        deletions
                .values()
                .removeIf(each ->
                        each.again().filter(again -> !again.isAfter(now)).isPresent());
        var known = Optional.ofNullable(deletions.get(node));
        if (known.filter(Deletion::gone).isPresent()) {
            deletions.remove(node);
            return true;
        }
        if (known.isEmpty() && running < MOST) {
            deletions.put(node, Deletion.UNDER_WAY);
            running++;
            Thread.ofVirtual().name("deletion of node " + node).start(() -> {
                boolean gone = false;
                try {
                    gone = isGone(node, stillGone);
                } finally {
                    ended(node, gone);
                }
            });
        }
        return false;
    }

    private synchronized void ended(ClusterNode node, boolean gone) {
        running--;
        deletions.put(node, new Deletion(gone, Optional.of(clock.instant().plus(AGAIN))));
    }

    private boolean isGone(ClusterNode node, BooleanSupplier stillGone) {
        try {
            if (stillGone.getAsBoolean()) {
                deleteNow(ACTOR, node.cluster(), node.name());
                log.append("node.delete", node.toString(), "its host has left");
                return true;
            }
        } catch (ProblemException e) {
            LOG.log(Level.INFO, "node {0} is not deleted yet: {1}", node, e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "deleting node " + node + " failed unforeseen", e);
        }
        return false;
    }

    /**
     * Deletes a Node object on the calling thread; that there is none is no failure.
     *
     * @throws ProblemException CLUSTER_NOT_READY, CLUSTER_API_FAILED, or RESOURCE_CONFLICT if somebody changes it
     *     meanwhile, as its kubelet would
     */
    public void deleteNow(String actor, ClusterName cluster, NodeName node) {
        try (var api = apis.open(actor, cluster)) {
            api.deleteNode(api.node(node));
        } catch (ProblemException e) {
            if (e.problem().code() != ProblemCode.NODE_UNKNOWN) {
                throw e;
            }
        }
    }
}
