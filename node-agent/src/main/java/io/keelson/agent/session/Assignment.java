package io.keelson.agent.session;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import java.util.Optional;

/**
 * The last order that this host accepted.
 *
 * @param epoch highest that was obeyed
 * @param revision highest that was accepted
 * @param spec what the host is to be; empty if it was never told to be a node
 */
public record Assignment(Epoch epoch, Revision revision, Optional<NodeSpec> spec) {
    /** Of a host that was never told anything. */
    public static final Assignment NONE = new Assignment(Epoch.NONE, Revision.NONE, Optional.empty());
}
