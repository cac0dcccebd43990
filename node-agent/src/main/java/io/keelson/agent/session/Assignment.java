package io.keelson.agent.session;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import java.util.Optional;

/**
 * The last order that this host accepted.
 *
 * @param epoch highest that was obeyed
 * @param revision highest that was accepted
 * @param goal what the host is to be by it
 * @param os the level that its operating system is to have; empty if nobody asks for one. Never beside a node with an etcd member
 */
public record Assignment(Epoch epoch, Revision revision, Goal goal, Optional<OsSpec> os) {
    /** Of a host that was never told anything. */
    public static final Assignment NONE = new Assignment(Epoch.NONE, Revision.NONE, new Goal.Untold());

    /** Of a host that nobody asks to patch. */
    public Assignment(Epoch epoch, Revision revision, Goal goal) {
        this(epoch, revision, goal, Optional.empty());
    }

    /** What a host is to be. */
    public sealed interface Goal {
        /** It was never told; what it is it stays. */
        record Untold() implements Goal {}

        /** No cluster's, with nothing of one on it. */
        record Bare() implements Goal {}

        /** A node. */
        record Node(NodeSpec spec) implements Goal {}
    }

    /** Whether there is nothing to do for it. */
    public boolean asksNothing() {
        return goal instanceof Goal.Untold && os.isEmpty();
    }

    /** What the host is to be as a node; empty if it is to be none. */
    public Optional<NodeSpec> spec() {
        return goal instanceof Goal.Node(var spec) ? Optional.of(spec) : Optional.empty();
    }

    /** A host that is to be a node. */
    public static Assignment node(Epoch epoch, Revision revision, NodeSpec spec) {
        return new Assignment(epoch, revision, new Goal.Node(spec));
    }
}
