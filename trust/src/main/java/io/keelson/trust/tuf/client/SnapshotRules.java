package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Snapshot;

/** What a new snapshot may not take back (TUF 1.0 section 5.5.5). */
final class SnapshotRules {
    private SnapshotRules() {}

    /** @throws io.keelson.problem.ProblemException {@code TRUST_VANISHED} or {@code TRUST_ROLLBACK} */
    static void requireNoStepBack(Snapshot before, Snapshot after) {
        if (after.version() < before.version()) {
            throw TufRefusal.rollback("the snapshot", after.version(), before.version());
        }
        before.meta().forEach((name, known) -> {
            var listed = after.meta().get(name);
            if (listed == null) {
                throw TufRefusal.vanished(name);
            }
            if (listed.version() < known.version()) {
                throw TufRefusal.rollback("the file " + name + " of the snapshot", listed.version(), known.version());
            }
        });
    }
}
