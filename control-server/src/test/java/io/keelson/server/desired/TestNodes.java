package io.keelson.server.desired;

import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.PodRoute;
import io.keelson.fleet.Role;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.fleet.Zone;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes that use every field. */
public final class TestNodes {
    private static final SnapshotOrder SNAPSHOTS = new SnapshotOrder(
            new SnapshotKey("A".repeat(120)), new SnapshotPolicy(Duration.ofMinutes(10), 3, Duration.ofHours(2)), 4);

    /** One of two control-plane hosts, or a worker beside them. */
    public static NodeSpec node(String name, Role role) {
        var own = EtcdMember.standard(new NodeName(name), new IpAddress("192.0.2.11"));
        return new NodeSpec(
                new ClusterName("prod"),
                new NodeName(name),
                role,
                new Zone("room-1"),
                new IpAddress("192.0.2.11"),
                new BundleName("kubernetes-1.20.2-1"),
                Digest.of(new byte[] {1}),
                new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local"),
                Cidr.parse("10.244.0.0/24"),
                List.of(new IpAddress("192.0.2.11"), new IpAddress("192.0.2.12")),
                EtcdSpec.founding(
                                "prod-etcd",
                                List.of(own, EtcdMember.standard(new NodeName("cp-b"), new IpAddress("192.0.2.12"))),
                                role == Role.CONTROL_PLANE ? Optional.of(own) : Optional.empty())
                        .snapshotting(role == Role.CONTROL_PLANE ? Optional.of(SNAPSHOTS) : Optional.empty()),
                List.of(new PodRoute(new NodeName("cp-b"), Cidr.parse("10.244.1.0/24"), new IpAddress("192.0.2.12"))),
                Map.of("topology.kubernetes.io/zone", "room-1"));
    }

    private TestNodes() {}
}
