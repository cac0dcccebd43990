package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.key.TufKey;
import io.keelson.trust.tuf.metadata.Root;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The next root, from the one before it. Keys that no role has any more are left out. */
final class RootChange {
    private static final List<RoleName> ROLES =
            List.of(RoleName.ROOT, RoleName.TARGETS, RoleName.SNAPSHOT, RoleName.TIMESTAMP);

    private RootChange() {}

    static Root first(Map<RoleName, RolePlan> plans, Instant expires) {
        return root(1, expires, Map.of(), Map.of(), plans);
    }

    /** @param plans of the roles whose keys change */
    static Root next(Root root, Map<RoleName, RolePlan> plans, Instant expires) {
        return root(Math.addExact(root.version(), 1), expires, root.keys().keys(), root.roles(), plans);
    }

    /** A root that is not published yet, changed: its version stays. */
    static Root again(Root draft, Map<RoleName, RolePlan> plans, Instant expires) {
        return root(draft.version(), expires, draft.keys().keys(), draft.roles(), plans);
    }

    private static Root root(
            long version,
            Instant expires,
            Map<String, TufKey> keysBefore,
            Map<RoleName, RoleKeys> rolesBefore,
            Map<RoleName, RolePlan> plans) {
        var known = new HashMap<>(keysBefore);
        var roles = new HashMap<>(rolesBefore);
        plans.forEach((role, plan) -> {
            known.putAll(plan.byId());
            roles.put(role, new RoleKeys(List.copyOf(plan.byId().keySet()), plan.threshold()));
        });
        var used = new LinkedHashMap<String, TufKey>();
        for (var role : ROLES) {
            var keys = roles.get(role);
            if (keys == null) {
                throw new IllegalArgumentException("no keys for " + role);
            }
            for (var id : keys.keyIds()) {
                var key = known.get(id);
                if (key != null) {
                    used.put(id, key);
                }
            }
        }
        return new Root(version, expires.truncatedTo(ChronoUnit.SECONDS), true, new KeyRing(used), roles);
    }
}
