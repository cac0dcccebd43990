package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.Draft;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The keys with which this server signs, as they were when they were read.
 *
 * @param problem why there are none
 */
record OnlineKeys(List<TufSigner> signers, Optional<Problem> problem) {
    OnlineKeys {
        signers = List.copyOf(signers);
    }

    static OnlineKeys read(OnlineKeyFile file) {
        try {
            return new OnlineKeys(file.signers(), Optional.empty());
        } catch (ProblemException e) {
            return new OnlineKeys(List.of(), Optional.of(e.problem()));
        }
    }

    Set<String> ids() {
        return signers.stream().map(signer -> signer.key().id()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether keys of those ids are enough for a role. */
    static boolean suffice(RoleKeys role, Set<String> ids) {
        return role.keyIds().stream().filter(ids::contains).count() >= role.threshold();
    }

    /** Signed by each of the keys that the role lists. */
    Draft sign(Draft draft, RoleKeys role) {
        var signed = draft;
        for (var signer : signers) {
            if (role.keyIds().contains(signer.key().id())) {
                signed = signed.signedBy(signer);
            }
        }
        return signed;
    }

    @Override
    public String toString() {
        return "OnlineKeys" + ids();
    }
}
