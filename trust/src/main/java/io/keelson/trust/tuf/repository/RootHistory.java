package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Root;
import java.util.ArrayList;
import java.util.List;

/** The way that a client goes from the first root to the latest (TUF 1.0 section 5.3). */
final class RootHistory {
    private RootHistory() {}

    /** See {@link TufRepository#roots()}. */
    static List<Draft> of(RepositoryFiles files) {
        long latest = files.latest().getOrDefault(RoleName.ROOT.name(), 0L);
        var chain = new ArrayList<Draft>();
        for (long version = 1; version <= latest; version++) {
            var draft = draft(files, version);
            var root = Published.root(draft.document());
            if (root.version() != version) {
                throw TufRefusal.rootChain(root.version(), version);
            }
            if (!chain.isEmpty()) {
                requireSigned(draft, Published.root(chain.getLast().document()));
            }
            requireSigned(draft, root);
            chain.add(draft);
        }
        return List.copyOf(chain);
    }

    private static Draft draft(RepositoryFiles files, long version) {
        return files.find(RoleName.ROOT, version)
                .map(bytes -> Draft.read(RoleName.ROOT, bytes))
                .orElseThrow(() -> TufRefusal.missing(RoleName.ROOT.fileName(version)));
    }

    private static void requireSigned(Draft draft, Root by) {
        Published.Authority.of(by, RoleName.ROOT).require(draft);
    }
}
