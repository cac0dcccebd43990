package io.keelson.server.pool;

/** What a person wants of a host that has failed. Kept until the pool has done it. */
public enum HostWish {
    /** It is well again: a node is verified once more, one that was leaving leaves, and is a spare then. */
    RETRY,
    /** It leaves its cluster as it is, with what still runs on it, and is a spare then. */
    RESET
}
