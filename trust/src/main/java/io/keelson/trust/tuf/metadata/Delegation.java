package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.key.RoleKeys;

/**
 * One role that may speak for some targets.
 *
 * @param keys by ids of the delegating document's keys
 * @param terminating whether roles further down the delegating document's list are not asked any more about what this
 *     one covers
 */
public record Delegation(RoleName role, RoleKeys keys, boolean terminating, PathRule covers) {
    public Delegation {
        if (role.isTopLevel()) {
            throw new IllegalArgumentException("nobody may delegate to " + role);
        }
    }
}
