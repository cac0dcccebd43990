package io.keelson.trust.tuf.client;

import io.keelson.problem.ProblemException;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.store.MetadataStore;
import java.util.List;

/** Follows the chain of roots from the trusted one to the latest (TUF 1.0 sections 5.2 and 5.3). */
record RootUpdate(MetadataStore store, Source source, Checks checks) {
    Candidate<Root> run() {
        var trusted = load();
        int accepted = 0;
        while (trusted.version() < Long.MAX_VALUE) { // 5.3.2: N is the trusted root's version
            long next = trusted.version() + 1;
            var name = RoleName.ROOT.fileName(next);
            var bytes = source.find(name, Kind.ROOT.atMost()); // 5.3.3: version N+1, or this is the latest
            if (bytes.isEmpty()) {
                break;
            }
            if (accepted++ == checks.policy().rootRotations()) {
                throw TufRefusal.rootRotations(checks.policy().rootRotations());
            }
            trusted = accept(trusted.metadata(), checks.fetched(Kind.ROOT, name, bytes.get())); // 5.3.9: again
        }
        checks.requireFresh(trusted); // 5.3.10: only the latest root's date matters
        return trusted;
    }

    /** 5.2: the trusted root's date does not matter, but it must be whole. */
    private Candidate<Root> load() {
        if (store.read(RoleName.ROOT).isEmpty()) {
            throw TufRefusal.notInitialised(store.toString());
        }
        var bytes = store.read(RoleName.ROOT).orElseThrow();
        try {
            var root = checks.fetched(Kind.ROOT, "the trusted root.json", bytes);
            requireSignedBy(root.metadata(), root);
            return root;
        } catch (ProblemException e) {
            throw TufRefusal.stateUnreadable(RoleName.ROOT.fileName(), e);
        }
    }

    private Candidate<Root> accept(Root trusted, Candidate<Root> next) {
        requireSignedBy(trusted, next); // 5.3.4 (1)
        requireSignedBy(next.metadata(), next); // 5.3.4 (2)
        if (next.version() != trusted.version() + 1) { // 5.3.5
            throw TufRefusal.rootChain(next.version(), trusted.version() + 1);
        }
        // 5.3.11, before 5.3.8: if a crash comes in between, the same root is accepted again and nothing stale is left.
        for (var role : List.of(RoleName.TIMESTAMP, RoleName.SNAPSHOT)) {
            if (hasLostKey(trusted, next.metadata(), role)) {
                store.remove(role);
            }
        }
        store.write(RoleName.ROOT, next.bytes()); // 5.3.7 and 5.3.8
        return next;
    }

    private void requireSignedBy(Root authority, Candidate<Root> root) {
        checks.requireSigned(root, RoleName.ROOT, authority.keys(), authority.keysOf(RoleName.ROOT));
    }

    /** Keys that were only added did not make what the others signed doubtful. */
    private static boolean hasLostKey(Root before, Root after, RoleName role) {
        var kept = after.keys().values(after.keysOf(role));
        return !kept.containsAll(before.keys().values(before.keysOf(role)));
    }
}
