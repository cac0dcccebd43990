package io.keelson.server.rollout;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import java.util.Map;
import java.util.TreeMap;

/** Removes what nothing depends on. */
public final class Removal {
    private final Fleet fleet;
    private final ClusterRegistry clusters;
    private final Hosts hosts;

    public Removal(Fleet fleet, ClusterRegistry clusters, Hosts hosts) {
        this.fleet = fleet;
        this.clusters = clusters;
        this.hosts = hosts;
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
