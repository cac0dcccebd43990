package io.keelson.agent.session;

import io.keelson.proto.agent.v1.Desired;
import io.keelson.proto.agent.v1.NodeSpec;
import io.keelson.proto.agent.v1.Role;
import io.keelson.proto.agent.v1.Unassigned;

/** Orders as a server sends them. */
public final class Orders {
    private Orders() {}

    public static Desired worker(long epoch, long revision, String bundle) {
        return Desired.newBuilder()
                .setEpoch(epoch)
                .setRevision(revision)
                .setNode(NodeSpec.newBuilder()
                        .setCluster("prod")
                        .setNode("w-1")
                        .setRole(Role.ROLE_WORKER)
                        .setZone("a")
                        .setAddress("10.0.0.11")
                        .setBundle(bundle)
                        .setManifestSha256("ab".repeat(32))
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

    static Desired unassigned(long epoch) {
        return Desired.newBuilder()
                .setEpoch(epoch)
                .setUnassigned(Unassigned.getDefaultInstance())
                .build();
    }
}
