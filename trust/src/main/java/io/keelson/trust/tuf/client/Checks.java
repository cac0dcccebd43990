package io.keelson.trust.tuf.client;

import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.store.MetadataStore;
import java.time.Instant;
import java.util.Optional;

/**
 * What every kind of metadata is asked.
 *
 * @param now the time at which the update began (TUF 1.0 section 5.1); it stands still
 */
record Checks(TrustPolicy policy, Instant now) {
    /** @throws io.keelson.problem.ProblemException {@code TRUST_METADATA_INVALID} */
    <M extends Metadata> Candidate<M> fetched(Kind<M> kind, String name, byte[] bytes) {
        try {
            return kind.read(name, bytes, policy.keyIds());
        } catch (InvalidJson e) {
            throw TufRefusal.invalid(name, e);
        }
    }

    /**
     * What the store holds of a role, if the keys that the role has now have signed it: after a rotation there may be
     * something older.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_STATE_UNREADABLE}
     */
    <M extends Metadata> Optional<Candidate<M>> kept(
            MetadataStore store, Kind<M> kind, RoleName role, KeyRing keys, RoleKeys roleKeys) {
        return store.read(role)
                .map(bytes -> kept(kind, role, bytes))
                .filter(kept -> signers(kept, keys, roleKeys) >= roleKeys.threshold());
    }

    private <M extends Metadata> Candidate<M> kept(Kind<M> kind, RoleName role, byte[] bytes) {
        try {
            return kind.read("the trusted " + role.fileName(), bytes, policy.keyIds());
        } catch (InvalidJson e) {
            throw TufRefusal.stateUnreadable(role.fileName(), e);
        }
    }

    /** @throws io.keelson.problem.ProblemException {@code TRUST_THRESHOLD_NOT_MET} */
    void requireSigned(Candidate<?> candidate, RoleName role, KeyRing keys, RoleKeys roleKeys) {
        int signers = signers(candidate, keys, roleKeys);
        if (signers < roleKeys.threshold()) {
            throw TufRefusal.threshold(candidate.name(), role.name(), signers, roleKeys.threshold());
        }
    }

    /** @throws io.keelson.problem.ProblemException {@code TRUST_EXPIRED} */
    void requireFresh(Candidate<?> candidate) {
        var expires = candidate.metadata().expires();
        if (!expires.isAfter(now)) {
            throw TufRefusal.expired(candidate.name(), expires.toString(), now.toString());
        }
    }

    private int signers(Candidate<?> candidate, KeyRing keys, RoleKeys roleKeys) {
        return candidate.document().signers(keys, roleKeys, policy.schemes());
    }
}
