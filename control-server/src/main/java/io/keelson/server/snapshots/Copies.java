package io.keelson.server.snapshots;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import java.io.InputStream;

/** Where else a snapshot's encrypted file may be, should it be gone from the content directory. */
@FunctionalInterface
public interface Copies {
    /**
     * The encrypted bytes, as they are there: who reads them finds out whether they are whole.
     *
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_REFUSED: there is none, or not now
     */
    InputStream open(ClusterName cluster, SnapshotId id);
}
