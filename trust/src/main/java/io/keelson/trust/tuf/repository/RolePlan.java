package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.key.TufKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which keys a role is to have.
 *
 * @param keys at least as many different ones as the threshold
 * @param threshold how many of them must sign, at least 1
 */
public record RolePlan(List<TufKey> keys, int threshold) {
    public RolePlan {
        keys = List.copyOf(keys);
        if (threshold < 1 || byId(keys).size() < threshold) {
            throw new IllegalArgumentException("a role needs as many keys as must sign");
        }
    }

    /** One key that signs alone. */
    public static RolePlan single(TufKey key) {
        return new RolePlan(List.of(key), 1);
    }

    Map<String, TufKey> byId() {
        return byId(keys);
    }

    private static Map<String, TufKey> byId(List<TufKey> keys) {
        var byId = new LinkedHashMap<String, TufKey>();
        keys.forEach(key -> byId.put(key.id(), key));
        return byId;
    }
}
