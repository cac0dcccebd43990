package io.keelson.server.snapshots;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import io.keelson.server.store.Condition;
import java.util.Set;

/** Which snapshots are about to be restored: they stay, however old they are. */
@FunctionalInterface
public interface Restores {
    /** Those of a cluster, as they are now. */
    Pending pending(ClusterName cluster);

    /**
     * What waits for its restore.
     *
     * @param still holds as long as there are no others
     */
    record Pending(Set<SnapshotId> snapshots, Condition still) {
        public Pending {
            snapshots = Set.copyOf(snapshots);
        }
    }
}
