package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.RoleName;

/** Most bytes that a metadata file has, of each role: more are neither fetched, read nor published. */
public final class SizeLimits {
    public static final int ROOT = 512_000;
    public static final int TIMESTAMP = 16_384;
    public static final int SNAPSHOT = 2_000_000;
    public static final int TARGETS = 5_000_000;

    private SizeLimits() {}

    /** The limit of a role; every role that is not of the top level lists targets. */
    public static int of(RoleName role) {
        if (role.equals(RoleName.ROOT)) {
            return ROOT;
        }
        if (role.equals(RoleName.TIMESTAMP)) {
            return TIMESTAMP;
        }
        return role.equals(RoleName.SNAPSHOT) ? SNAPSHOT : TARGETS;
    }
}
