package io.keelson.pool;

/** What a pool does with a host. Each is written down before anything follows from it. */
public enum Stage {
    /** In no cluster, clean, and of the pool's level: it can become a node. */
    SPARE,
    /** In no cluster, and told to come to the pool's level. */
    PREPARING,
    /** Told to be a node, and not counted as one until it was seen to work; new pods come to it. */
    VERIFYING,
    /** A node that counts. */
    SERVING,
    /** Takes no new pods, and those on it are moved away. */
    DRAINING,
    /** Empty, still a node, and told to come to the pool's level. */
    PATCHING,
    /** Empty, and told to leave its cluster. */
    LEAVING,
    /** Did not come to its end in time, or could not. Left as it is until a person says what becomes of it. */
    FAILED;

    /** Whether the host is a node of the cluster, or is becoming one or ceasing to be. */
    public boolean isNode() {
        return switch (this) {
            case VERIFYING, SERVING, DRAINING, PATCHING, LEAVING -> true;
            case SPARE, PREPARING, FAILED -> false;
        };
    }

    /** Whether the host is told to be a node: one that leaves is told to be none. */
    public boolean isTold() {
        return isNode() && this != LEAVING;
    }

    /** Whether a node is away on purpose. */
    public boolean isDown() {
        return switch (this) {
            case DRAINING, PATCHING, LEAVING -> true;
            case SPARE, PREPARING, VERIFYING, SERVING, FAILED -> false;
        };
    }
}
