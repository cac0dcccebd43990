package io.keelson.server.drain;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who empties a node on this server: one at a time, a person's command or the server's own doing. Two would give up at
 * different times, and the first to do so would let the node take pods again under the hands of the other. A person may ask
 * another server than the one that leads; the mark on the node keeps the two together then, and whoever finds the node
 * uncordoned stops.
 */
public final class DrainTurns {
    private final Set<ClusterNode> taken = ConcurrentHashMap.newKeySet();

    /** The right to empty a node until it is closed. */
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** Empty if somebody empties the node already. */
    public Optional<Turn> take(ClusterName cluster, NodeName node) {
        var key = new ClusterNode(cluster, node);
        return taken.add(key) ? Optional.of(() -> taken.remove(key)) : Optional.empty();
    }
}
