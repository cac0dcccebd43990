package io.keelson.server.kubernetes;

import io.keelson.drain.LostLoad;
import io.keelson.workload.WorkNode;
import java.util.Optional;

/**
 * A node with what a change of it has to know.
 *
 * @param mark empty if Keelson does not empty it
 * @param load what it carried before Keelson last emptied it; empty if it never did, or the node works again since
 * @param version of the object, by which a change is refused that was decided on an older one
 */
public record SeenNode(WorkNode node, Optional<DrainMark> mark, Optional<LostLoad> load, String version) {}
