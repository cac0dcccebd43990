package io.keelson.server.fleet;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.SnapshotPolicy;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Every etcd of which there are to be snapshots: the declared clusters', and the server's own. */
public final class SnapshotSubjects {
    private final ClusterRegistry clusters;
    private final SnapshotSubject own;

    /**
     * @param policy for the server's own
     * @param began when this server did
     */
    public SnapshotSubjects(ClusterRegistry clusters, SnapshotPolicy policy, Instant began) {
        this.clusters = clusters;
        this.own = new SnapshotSubject(ClusterName.OF_SERVER, policy, began);
    }

    /** Of all of them. */
    public List<SnapshotSubject> all() {
        return Stream.concat(clusters.all().stream().map(SnapshotSubject::of), Stream.of(own))
                .toList();
    }

    /** Of the server's own. */
    public SnapshotSubject own() {
        return own;
    }
}
