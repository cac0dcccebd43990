package io.keelson.fleet;

/** What a node does for its cluster. */
public enum Role {
    /** Runs an etcd member, API server, controller manager, scheduler, and the node's own parts. */
    CONTROL_PLANE,
    /** Runs pods and reaches the API through the node-local balancer. */
    WORKER
}
