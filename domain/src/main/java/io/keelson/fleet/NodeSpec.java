package io.keelson.fleet;

import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one host has to know to be one node of one cluster. The server decides it; the agent makes it so.
 *
 * @param bundle name of the release to run
 * @param manifest digest of that release's manifest, so that a name cannot come to mean other bytes
 * @param podCidr this node's part of the pod network
 * @param controlPlane addresses of all API servers, in a fixed order
 * @param etcd the cluster's etcd; {@link EtcdSpec#own} is present on control-plane hosts
 * @param routes to the pods of every other node
 * @param labels for the Kubernetes node; keys and values as Kubernetes allows them to a kubelet
 */
public record NodeSpec(
        ClusterName cluster,
        NodeName node,
        Role role,
        Zone zone,
        IpAddress address,
        BundleName bundle,
        Digest manifest,
        ClusterNetwork network,
        Cidr podCidr,
        List<IpAddress> controlPlane,
        EtcdSpec etcd,
        List<PodRoute> routes,
        Map<String, String> labels) {
    /** The port of every API server, and of the node-local balancer on workers. */
    public static final int API_PORT = 6443;

    public NodeSpec {
        controlPlane = List.copyOf(controlPlane);
        routes = List.copyOf(routes);
        labels = Map.copyOf(labels);
        if (role == Role.CONTROL_PLANE && etcd.own().isEmpty()) {
            throw new IllegalArgumentException("control-plane host " + node + " has no etcd member");
        }
    }

    /** The same with the etcd member on this host in another incarnation. */
    public NodeSpec withMember(int incarnation) {
        return with(etcd.incarnated(incarnation));
    }

    /** The same with other upkeep of the etcd member on this host. */
    public NodeSpec withUpkeep(EtcdUpkeep upkeep) {
        return with(etcd.kept(upkeep));
    }

    /** The same once the host was seen to hold that member of etcd. */
    public NodeSpec holding(HeldMember seen) {
        return with(etcd.holding(seen));
    }

    /** The same with other orders for snapshots of its etcd member. */
    public NodeSpec snapshotting(Optional<SnapshotOrder> next) {
        return with(etcd.snapshotting(next));
    }

    /** The same with another part in its etcd. */
    public NodeSpec with(EtcdSpec other) {
        return new NodeSpec(
                cluster,
                node,
                role,
                zone,
                address,
                bundle,
                manifest,
                network,
                podCidr,
                controlPlane,
                other,
                routes,
                labels);
    }
}
