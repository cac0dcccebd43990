package io.keelson.agent.session;

import io.keelson.proto.agent.v1.Bare;
import io.keelson.proto.agent.v1.NodeSpec;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.OsSpec;
import io.keelson.proto.agent.v1.Role;
import io.keelson.proto.agent.v1.Unassigned;
import java.time.Duration;
import java.time.Instant;

/** Orders as a director makes them: for host {@code host-1}, from now on, for ten minutes. */
public final class Orders {
    static final Duration LIFE = Duration.ofMinutes(10);

    private Orders() {}

    private static Order.Builder begun(long epoch) {
        var now = Instant.now();
        return Order.newBuilder()
                .setHost("host-1")
                .setEpoch(epoch)
                .setIssuedMillis(now.toEpochMilli())
                .setExpiresMillis(now.plus(LIFE).toEpochMilli());
    }

    public static Order worker(long epoch, long revision, String bundle) {
        return worker(epoch, revision, bundle, "ab".repeat(32));
    }

    public static Order worker(long epoch, long revision, String bundle, String manifest) {
        return begun(epoch)
                .setRevision(revision)
                .setNode(NodeSpec.newBuilder()
                        .setCluster("prod")
                        .setNode("w-1")
                        .setRole(Role.ROLE_WORKER)
                        .setZone("a")
                        .setAddress("10.0.0.11")
                        .setBundle(bundle)
                        .setManifestSha256(manifest)
                        .setNetwork(NodeSpec.Network.newBuilder()
                                .setPods("10.244.0.0/16")
                                .setServices("10.96.0.0/16")
                                .setDnsDomain("cluster.local"))
                        .setPodCidr("10.244.3.0/24")
                        .addControlPlane("10.0.0.1")
                        .setEtcd(NodeSpec.Etcd.newBuilder()
                                .setToken("prod")
                                .addMembers(NodeSpec.EtcdMember.newBuilder()
                                        .setName("cp-a")
                                        .setAddress("10.0.0.1")
                                        .setClientPort(2379)
                                        .setPeerPort(2380))))
                .build();
    }

    static Order bare(long epoch, long revision) {
        return begun(epoch)
                .setRevision(revision)
                .setBare(Bare.getDefaultInstance())
                .build();
    }

    /** The same with a level of the operating system. */
    public static Order level(Order order, String name, String manifest, int reboots) {
        return order.toBuilder()
                .setOs(OsSpec.newBuilder()
                        .setLevel(name)
                        .setManifestSha256(manifest)
                        .setReboots(reboots))
                .build();
    }

    static Order unassigned(long epoch) {
        return begun(epoch).setUnassigned(Unassigned.getDefaultInstance()).build();
    }
}
