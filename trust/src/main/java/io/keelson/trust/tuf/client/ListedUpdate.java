package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.metadata.MetaFile;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.store.MetadataStore;
import java.util.function.BiConsumer;

/**
 * Gets metadata that another role lists: the snapshot (TUF 1.0 section 5.5), targets and delegated targets (section 5.6).
 * What is trusted already and listed still is not fetched again.
 *
 * @param consistent whether names carry versions (section 6.2)
 */
record ListedUpdate(MetadataStore store, Source source, Checks checks, boolean consistent) {
    /**
     * The trusted metadata of a role.
     *
     * @param requireNoStepBack asked about what was kept and what is new, before the new becomes trusted
     */
    <M extends Metadata> Candidate<M> run(
            Kind<M> kind,
            RoleName role,
            MetaFile listed,
            KeyRing keys,
            RoleKeys roleKeys,
            BiConsumer<M, M> requireNoStepBack) {
        var kept = checks.kept(store, kind, role, keys, roleKeys);
        if (kept.isPresent() && isListed(kept.get(), listed)) {
            checks.requireFresh(kept.get());
            return kept.get();
        }
        var fetched = fetch(kind, role, listed);
        checks.requireSigned(fetched, role, keys, roleKeys); // 5.5.3, 5.6.3
        if (fetched.version() != listed.version()) { // 5.5.4, 5.6.4
            throw TufRefusal.mixAndMatch(fetched.name(), fetched.version(), listed.version());
        }
        kept.ifPresent(before -> requireNoStepBack.accept(before.metadata(), fetched.metadata())); // 5.5.5
        checks.requireFresh(fetched); // 5.5.6, 5.6.5
        store.write(role, fetched.bytes()); // 5.5.7, 5.6.6
        return fetched;
    }

    private <M extends Metadata> Candidate<M> fetch(Kind<M> kind, RoleName role, MetaFile listed) {
        var name = consistent ? role.fileName(listed.version()) : role.fileName();
        int atMost = (int) Math.min(kind.atMost(), listed.length().orElse(kind.atMost()));
        var bytes = source.get(name, atMost); // 5.5.1, 5.6.1
        if (!listed.describes(bytes)) { // 5.5.2, 5.6.2: before anything of it is parsed
            throw TufRefusal.content(name, "has not the length or not the hashes that are listed");
        }
        return checks.fetched(kind, name, bytes);
    }

    private boolean isListed(Candidate<?> kept, MetaFile listed) {
        if (kept.version() != listed.version()) {
            return false;
        }
        if (listed.describes(kept.bytes())) {
            return true;
        }
        return switch (checks.policy().sameVersion()) {
            case REFUSED -> throw TufRefusal.sameVersionDiffers(kept.name(), kept.version());
            case DISCARDED -> false;
        };
    }

    /** For roles whose steps back show in the snapshot already. */
    static <M> BiConsumer<M, M> noFurtherQuestion() {
        return (before, after) -> {};
    }
}
