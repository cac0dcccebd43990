package io.keelson.server.fleet;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Refounding;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.snapshots.Restores;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import java.util.Optional;
import java.util.Set;

/** The snapshot that a person has confirmed, from then on until its founder was seen to vote. */
public final class PendingRestores implements Restores {
    private final ClusterRegistry clusters;
    private final DesiredStates desired;

    public PendingRestores(ClusterRegistry clusters, DesiredStates desired) {
        this.clusters = clusters;
        this.desired = desired;
    }

    @Override
    public Pending pending(ClusterName name) {
        var cluster = clusters.get(name);
        var still = cluster.map(known -> Condition.unchanged(Keys.cluster(name), known.version()))
                .orElseGet(() -> Condition.absent(Keys.cluster(name)));
        return new Pending(
                cluster.flatMap(RegisteredCluster::refounding)
                        .filter(wanted -> !hasBegun(name, wanted))
                        .flatMap(PendingRestores::snapshot)
                        .map(Set::of)
                        .orElse(Set.of()),
                still);
    }

    private static Optional<SnapshotId> snapshot(RequestedRefounding wanted) {
        return wanted.origin() instanceof Refounding.Origin.Snapshot(var id, var _)
                ? Optional.of(new SnapshotId(id))
                : Optional.empty();
    }

    private boolean hasBegun(ClusterName name, RequestedRefounding wanted) {
        return desired.get(wanted.founder())
                .flatMap(DesiredState::node)
                .filter(node -> node.cluster().equals(name))
                .map(NodeSpec::etcd)
                .filter(etcd -> isDone(etcd, wanted.number()))
                .isPresent();
    }

    private static boolean isDone(EtcdSpec etcd, int number) {
        return etcd.refoundings() >= number
                && !etcd.isFenced()
                && etcd.founding().isEmpty();
    }
}
