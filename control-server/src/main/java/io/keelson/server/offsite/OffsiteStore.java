package io.keelson.server.offsite;

import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.server.snapshots.Copies;
import java.nio.file.Path;

/** Where copies go. Calls are bounded in time; each may be made again. */
public interface OffsiteStore extends Copies {
    /**
     * Copies one; a copy that is there is replaced.
     *
     * @param sealed the encrypted file
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_REFUSED: the store does not take it now
     */
    void put(TakenSnapshot snapshot, Path sealed);

    /**
     * Removes one; nothing happens if there is none.
     *
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_REFUSED: the store does not remove it now
     */
    void remove(ClusterName cluster, SnapshotId id);
}
