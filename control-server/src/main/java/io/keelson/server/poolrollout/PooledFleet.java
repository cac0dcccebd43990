package io.keelson.server.poolrollout;

import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterPlanning;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.Zone;
import io.keelson.pool.NodePool;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.pool.Stage;
import io.keelson.release.BundleManifest;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.RegisteredPool;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One pool and its cluster on one picture of the fleet: what its hosts are to be. */
final class PooledFleet {
    private final FleetImage fleet;
    private final RegisteredPool pool;
    private final RegisteredCluster cluster;
    private final Map<HostId, NodeSpec> planned;

    PooledFleet(FleetImage fleet, RegisteredPool pool, RegisteredCluster cluster) {
        this.fleet = fleet;
        this.pool = pool;
        this.cluster = cluster;
        this.planned = switch (ClusterPlanner.plan(fleet.question(cluster.spec()))) {
            case ClusterPlan plan -> plan.nodes();
            // Nobody is told anything then, so nobody differs.
            case ClusterPlanning.Refused _ -> Map.of();
        };
    }

    FleetImage fleet() {
        return fleet;
    }

    RegisteredPool pool() {
        return pool;
    }

    RegisteredCluster cluster() {
        return cluster;
    }

    boolean isCancelled() {
        return pool.pause() == Pause.CANCELLED;
    }

    /** The node that the host is to be; empty if it is to be none, or nobody can say. */
    Optional<NodeSpec> wanted(FleetHost host) {
        return Optional.ofNullable(planned.get(host.id()));
    }

    /** The OS level as the host is to be told; empty if the pool wants none, or it is not published. */
    Optional<OsSpec> level(FleetHost host) {
        int reboots = Math.max(
                reboots(host),
                fleet.pools().of(host.id()).flatMap(PoolRecord::reboot).orElse(0));
        return pool.pool()
                .spec()
                .level()
                .flatMap(name -> Optional.ofNullable(fleet.bundles().get(name)))
                .map(bundle -> new OsSpec(bundle.manifest().name(), bundle.digest(), reboots));
    }

    private static int reboots(FleetHost host) {
        return host.desired().flatMap(state -> state.os()).map(OsSpec::reboots).orElse(0);
    }

    /** The number of one more reboot of the host. */
    int nextReboot(HostId host) {
        return Optional.ofNullable(fleet.hosts().get(host))
                        .map(PooledFleet::reboots)
                        .orElse(0)
                + 1;
    }

    /** Zones in which nodes of the cluster's other pools are away on purpose. */
    Set<Zone> zonesAwayElsewhere() {
        return fleet.pools().records().values().stream()
                .filter(record -> !record.pool().equals(pool.name()))
                .filter(record -> fleet.pools()
                        .declared(record.pool())
                        .filter(other -> other.cluster().equals(cluster.name()) && isAway(record, other))
                        .isPresent())
                .flatMap(record -> Optional.ofNullable(fleet.hosts().get(record.host())).stream())
                .map(host -> host.host().zone())
                .collect(Collectors.toSet());
    }

    private static boolean isAway(PoolRecord record, NodePool of) {
        return record.stage().isDown()
                || record.stage() == Stage.VERIFYING && of.spec().strategy() == Strategy.IN_PLACE;
    }

    /** An image that every node of the cluster has. */
    Optional<String> probeImage() {
        return Optional.ofNullable(fleet.bundles().get(cluster.spec().bundle()))
                .flatMap(bundle -> bundle.manifest().kubernetesRelease())
                .flatMap(release -> release.images().stream()
                        .filter(image -> image.role().equals("pause"))
                        .map(BundleManifest.Image::reference)
                        .findFirst());
    }
}
