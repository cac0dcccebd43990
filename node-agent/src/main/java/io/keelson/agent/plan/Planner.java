package io.keelson.agent.plan;

import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;

/** Decides what has to hold on this host for a spec, and in which order. Reads nothing, changes nothing. */
@FunctionalInterface
public interface Planner {
    /** The plan for one revision of the host's spec. */
    Plan plan(NodeSpec spec, Revision revision);
}
