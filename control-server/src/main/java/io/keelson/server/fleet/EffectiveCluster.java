package io.keelson.server.fleet;

import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.Role;
import io.keelson.pool.Stage;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.RegisteredPool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The declaration that a cluster's hosts are told: its workers are those of its own pools, and those that node pools have as
 * nodes. This is the one place that says who is a worker of a cluster.
 */
final class EffectiveCluster {
    private final FleetImage fleet;
    private final ClusterSpec declared;

    EffectiveCluster(FleetImage fleet, ClusterSpec declared) {
        this.fleet = fleet;
        this.declared = declared;
    }

    /** A pool of the cluster keeps its hosts, but for those that a node pool has and tells to be none. */
    ClusterSpec spec() {
        var pools = new ArrayList<ClusterSpec.Pool>();
        declared.pools()
                .forEach(pool -> pools.add(new ClusterSpec.Pool(
                        pool.name(),
                        pool.hosts().stream().filter(this::isNotTakenOut).toList())));
        members().forEach((name, hosts) -> add(pools, name, hosts));
        return new ClusterSpec(
                declared.name(),
                declared.bundle(),
                declared.network(),
                declared.controlPlane(),
                pools,
                declared.snapshots());
    }

    /** Node pool and pool of one name are one label; they are told as one. */
    private static void add(List<ClusterSpec.Pool> pools, PoolName name, Set<HostId> hosts) {
        for (int i = 0; i < pools.size(); i++) {
            if (pools.get(i).name().equals(name)) {
                var all = new ArrayList<>(pools.get(i).hosts());
                all.addAll(hosts);
                pools.set(i, new ClusterSpec.Pool(name, all));
                return;
            }
        }
        pools.add(new ClusterSpec.Pool(name, List.copyOf(hosts)));
    }

    /** By node pool, each host once, and none that the declaration itself names. */
    private Map<PoolName, Set<HostId>> members() {
        var known = new HashSet<>(declared.controlPlane());
        declared.pools().forEach(pool -> known.addAll(pool.hosts()));
        var members = new LinkedHashMap<PoolName, Set<HostId>>();
        for (var pool : fleet.pools().pools().values()) {
            if (pool.pool().cluster().equals(declared.name())) {
                var hosts = new LinkedHashSet<HostId>();
                fleet.pools().of(pool.name()).stream().filter(this::isTold).forEach(record -> hosts.add(record.host()));
                pool.pool().hosts().stream()
                        .filter(host -> isYetToBeTaken(pool, host))
                        .forEach(hosts::add);
                hosts.removeIf(host -> !isEnrolled(host) || !known.add(host));
                if (!hosts.isEmpty()) {
                    members.put(pool.name(), hosts);
                }
            }
        }
        return members;
    }

    private boolean isNotTakenOut(HostId host) {
        return fleet.pools()
                .of(host)
                .filter(record -> isOfThisCluster(record) && !isTold(record))
                .isEmpty();
    }

    private boolean isOfThisCluster(PoolRecord record) {
        return Optional.ofNullable(fleet.pools().pools().get(record.pool()))
                .filter(pool -> pool.pool().cluster().equals(declared.name()))
                .isPresent();
    }

    /** Of one that has failed nothing changes until a person has said what becomes of it. */
    private boolean isTold(PoolRecord record) {
        return record.stage().isTold() || record.stage() == Stage.FAILED && isWorker(record.host());
    }

    /** A node that a node pool has named in the place of a pool of the cluster stays one until the pool has it. */
    private boolean isYetToBeTaken(RegisteredPool pool, HostId host) {
        return pool.pool().names(host) && fleet.pools().of(host).isEmpty() && isWorker(host);
    }

    private boolean isWorker(HostId host) {
        return Optional.ofNullable(fleet.hosts().get(host))
                .flatMap(FleetHost::node)
                .filter(this::isWorker)
                .isPresent();
    }

    private boolean isWorker(NodeSpec node) {
        return node.cluster().equals(declared.name()) && node.role() == Role.WORKER;
    }

    private boolean isEnrolled(HostId host) {
        return Optional.ofNullable(fleet.hosts().get(host))
                .filter(found -> !found.host().revoked())
                .isPresent();
    }
}
