package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.key.KeyRing;
import java.util.List;
import java.util.Map;

/**
 * Whom a targets role lets speak for targets.
 *
 * @param roles in the order in which they are asked
 */
public record Delegations(KeyRing keys, List<Delegation> roles) {
    /** Nobody. */
    public static final Delegations NONE = new Delegations(new KeyRing(Map.of()), List.of());

    public Delegations {
        roles = List.copyOf(roles);
    }
}
