package io.keelson.server.kubernetes;

import io.keelson.drain.LostLoad;
import io.keelson.fleet.NodeName;
import io.keelson.workload.Pod;
import io.keelson.workload.WorkNode;
import io.keelson.workload.WorkPicture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the server asks of a cluster's API. Every call ends within half a minute or so; where it cannot be answered a
 * {@link io.keelson.problem.ProblemException} with {@code CLUSTER_API_FAILED} says why.
 */
public interface ClusterApi extends AutoCloseable {
    /** All nodes and pods, and what else moving them depends on. */
    WorkPicture everything();

    /** The same as far as one node needs it: the pods on it, their budgets, its volumes. */
    WorkPicture around(NodeName node);

    /** All nodes and nothing else. */
    List<WorkNode> nodes();

    /** @throws io.keelson.problem.ProblemException {@code NODE_UNKNOWN}: the cluster has no such node */
    SeenNode node(NodeName node);

    /**
     * Cordons a node or lets it take pods again, and notes or forgets why; both or neither.
     *
     * @param mark empty for none
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}: somebody else changed it since it was seen
     */
    void change(SeenNode seen, boolean cordoned, Optional<DrainMark> mark);

    /**
     * Notes on a node what it carries, or forgets that.
     *
     * @param load empty for none
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}: somebody else changed it since it was seen
     */
    void note(SeenNode seen, Optional<LostLoad> load);

    /**
     * Deletes a node as it was seen; that it is gone already is no failure.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}: it was changed since, as by its kubelet
     */
    void deleteNode(SeenNode seen);

    /** Asks the eviction API to let a pod go, this very one and none of the same name. */
    EvictionAnswer evict(Pod pod, Duration grace);

    /** Deletes a pod without asking budgets, this very one; that it is gone already is no failure. */
    void delete(Pod pod, Duration grace);

    /**
     * Begins or looks after a probe pod on a node, and reaches for it from the API server's own host.
     *
     * @param image of the pod; one that the node has
     */
    ProbeAnswer probe(NodeName node, String image);

    /** Takes the probe pod away, if there is one. */
    void endProbe(NodeName node);

    @Override
    void close();
}
