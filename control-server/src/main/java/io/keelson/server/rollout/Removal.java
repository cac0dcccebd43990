package io.keelson.server.rollout;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.PoolName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.pool.PoolRemoval;
import java.util.Map;
import java.util.TreeMap;

/** Removes what nothing depends on. */
public final class Removal {
    private final Fleet fleet;
    private final ClusterRegistry clusters;
    private final Hosts hosts;
    private final PoolRemoval pools;

    public Removal(Fleet fleet, ClusterRegistry clusters, Hosts hosts, PoolRemoval pools) {
        this.fleet = fleet;
        this.clusters = clusters;
        this.hosts = hosts;
        this.pools = pools;
    }

    /**
     * Removes the declaration of a node pool that has no node, or none that its cluster's own declaration does not name too.
     *
     * @throws io.keelson.problem.ProblemException {@code POOL_UNKNOWN}, {@code POOL_IN_USE}, {@code RESOURCE_CONFLICT}
     */
    public void pool(String actor, PoolName name) {
        pools.remove(actor, name, () -> {
            var order = clusters.order(); // before the look: what is declared after it, this removal does not survive
            var image = fleet.read();
            return new PoolRemoval.Standing(image::isKeptWithoutItsPool, order.unchanged());
        });
    }

    /**
     * Removes the declaration of a cluster to which no host was assigned. The removal is announced before the hosts
     * are looked at, so that the loop, which compares the declaration's version, cannot assign one meanwhile.
     *
     * @throws io.keelson.problem.ProblemException {@code CLUSTER_UNKNOWN}, {@code CLUSTER_IN_USE},
     *     {@code RESOURCE_CONFLICT}
     */
    public void cluster(String actor, ClusterName name) {
        refuseIfInUse(name);
        refuseIfPooled(name);
        var begun = clusters.beginRemoval(actor, name);
        if (!held(name).isEmpty()) {
            clusters.cancelRemoval(begun);
            refuseIfInUse(name);
        }
        clusters.finishRemoval(begun);
    }

    private void refuseIfInUse(ClusterName name) {
        var assigned = held(name);
        if (!assigned.isEmpty()) {
            throw Problem.error(
                            ProblemCode.CLUSTER_IN_USE,
                            "cluster " + name + " has " + assigned.size() + " nodes, such as "
                                    + assigned.keySet().iterator().next(),
                            Remedy.advise(
                                    "Workers leave when no pool names them any more; a control plane cannot be taken"
                                            + " down yet, so a cluster can be deleted only before its first host was"
                                            + " assigned.",
                                    "keelson get nodes"))
                    .asException();
        }
    }

    private void refuseIfPooled(ClusterName name) {
        fleet.read().pools().pools().values().stream()
                .filter(pool -> pool.pool().cluster().equals(name))
                .findFirst()
                .ifPresent(pool -> {
                    throw Problem.error(
                                    ProblemCode.CLUSTER_IN_USE,
                                    "node pool " + pool.name() + " is of cluster " + name,
                                    Remedy.advise(
                                            "Delete the node pool first.", "keelson delete nodepool " + pool.name()))
                            .asException();
                });
    }

    /** What its hosts were told to be, or were and have not left. */
    private Map<HostId, NodeSpec> held(ClusterName name) {
        var image = fleet.read();
        var held = new TreeMap<>(image.assigned(name));
        held.putAll(image.leaving(name));
        return held;
    }

    /**
     * Forgets a host that belongs to no cluster; its identity ends at once.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_NOT_FOUND}, {@code HOST_TAKEN}
     */
    public void host(String actor, HostId id) {
        var image = fleet.read();
        if (!image.hosts().containsKey(id)) {
            throw Problem.error(
                            ProblemCode.RESOURCE_NOT_FOUND,
                            "there is no host " + id,
                            Remedy.advise("See which hosts there are.", "keelson get hosts"))
                    .asException();
        }
        image.clusterOf(id).ifPresent(cluster -> {
            throw Problem.error(
                            ProblemCode.HOST_TAKEN,
                            "host " + id + " belongs to cluster " + cluster,
                            Remedy.advise(
                                    "Delete only hosts that belong to no cluster; a worker leaves its cluster when no"
                                            + " pool names it any more.",
                                    "keelson get hosts"))
                    .asException();
        });
        hosts.remove(actor, id);
    }
}
