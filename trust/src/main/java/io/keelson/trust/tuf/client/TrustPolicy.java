package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.key.KeyIds;
import io.keelson.trust.tuf.key.KeyScheme;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where the specification leaves a choice, or Keelson is stricter than it.
 *
 * @param schemes signatures by others do not count
 * @param keyIds whether ids of keys are recomputed
 * @param sameVersion what happens if a version that is trusted is offered with other content
 * @param clock which time expiry dates are compared with
 * @param rootRotations new roots that one update accepts
 * @param delegations roles that are asked for one target, the top-level one included
 */
public record TrustPolicy(
        Set<KeyScheme> schemes,
        KeyIds keyIds,
        SameVersion sameVersion,
        Clock clock,
        int rootRotations,
        int delegations) {
    private static final int ROOT_ROTATIONS = 256;
    private static final int DELEGATIONS = 32;

    /** For Keelson's own repositories. */
    public static final TrustPolicy STRICT = new TrustPolicy(
            EnumSet.of(KeyScheme.ED25519, KeyScheme.ECDSA_P256),
            KeyIds.RECOMPUTED,
            SameVersion.REFUSED,
            Clock.NEVER_BACK,
            ROOT_ROTATIONS,
            DELEGATIONS);

    /** For any repository that follows TUF 1.0: no more than the specification demands, and what others practise. */
    public static final TrustPolicy SPECIFICATION = new TrustPolicy(
            EnumSet.allOf(KeyScheme.class),
            KeyIds.AS_DECLARED,
            SameVersion.DISCARDED,
            Clock.WALL,
            ROOT_ROTATIONS,
            DELEGATIONS);

    public TrustPolicy {
        schemes = Set.copyOf(schemes);
        if (rootRotations < 1 || delegations < 1) {
            throw new IllegalArgumentException("an update follows at least one root and asks at least one role");
        }
    }

    /** A version that is trusted comes with other content. */
    public enum SameVersion {
        /** It is an attack. */
        REFUSED,
        /** The trusted one stays (TUF 1.0 section 5.4.3.1); a file whose listed hash has changed is fetched anew. */
        DISCARDED
    }

    /** The time of an update. */
    public enum Clock {
        /** The wall clock's, but never before that of the last update that succeeded. */
        NEVER_BACK,
        /** The wall clock's. */
        WALL
    }
}
