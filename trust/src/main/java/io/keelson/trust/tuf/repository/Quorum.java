package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.metadata.Root;
import java.util.List;

/**
 * Of which keys enough have to sign a draft, by one root; and who has.
 *
 * @param root the version of the root that says so
 * @param keyIds all that may sign
 * @param threshold how many different keys must
 * @param signedIds those that have; the signature is good
 * @param signers how many different keys these are
 */
public record Quorum(long root, List<String> keyIds, int threshold, List<String> signedIds, int signers) {
    public Quorum {
        keyIds = List.copyOf(keyIds);
        signedIds = List.copyOf(signedIds);
    }

    /** What a root says of a draft of a top-level role. A draft of a root needs this from its predecessor and itself. */
    public static Quorum of(Draft draft, Root root) {
        var authority = Published.Authority.of(root, draft.role());
        var role = authority.role();
        var signed = role.keyIds().stream()
                .filter(id -> hasSigned(draft, authority.keys(), id))
                .toList();
        return new Quorum(root.version(), role.keyIds(), role.threshold(), signed, authority.signers(draft.document()));
    }

    /** Whether enough have signed. */
    public boolean met() {
        return signers >= threshold;
    }

    /** How many are missing. */
    public int missing() {
        return Math.max(0, threshold - signers);
    }

    private static boolean hasSigned(Draft draft, KeyRing keys, String id) {
        return new Published.Authority(keys, new RoleKeys(List.of(id), 1)).accepts(draft.document());
    }
}
