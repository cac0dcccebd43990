package io.keelson.server.fleet;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.SnapshotPolicy;
import java.time.Instant;

/**
 * An etcd of which there are to be snapshots.
 *
 * @param name of its cluster; {@link ClusterName#OF_SERVER} of the server's own
 * @param created before it there is nothing to be late with
 */
public record SnapshotSubject(ClusterName name, SnapshotPolicy policy, Instant created) {
    /** That of a cluster. */
    public static SnapshotSubject of(RegisteredCluster cluster) {
        return new SnapshotSubject(cluster.name(), cluster.spec().snapshots(), cluster.created());
    }
}
