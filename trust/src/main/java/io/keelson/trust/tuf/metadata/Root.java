package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import java.time.Instant;
import java.util.Map;

/**
 * Whose signatures each top-level role needs (TUF 1.0 section 4.3).
 *
 * @param consistentSnapshot whether files are fetched by names with version or hash
 * @param roles exactly the four top-level roles
 */
public record Root(
        long version, Instant expires, boolean consistentSnapshot, KeyRing keys, Map<RoleName, RoleKeys> roles)
        implements Metadata {
    public Root {
        roles = Map.copyOf(roles);
        if (roles.size() != 4 || !roles.keySet().stream().allMatch(RoleName::isTopLevel)) {
            throw new IllegalArgumentException("a root names the four top-level roles");
        }
    }

    /** Whose signatures a top-level role needs. */
    public RoleKeys keysOf(RoleName role) {
        var keys = roles.get(role);
        if (keys == null) {
            throw new IllegalArgumentException("not a top-level role: " + role);
        }
        return keys;
    }
}
