package io.keelson.server.session;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.proto.agent.v1.FetchBlobRequest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.TestAgent;
import io.keelson.server.content.TestBundle;
import io.keelson.server.desired.TestNodes;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;

/** Host A, a worker of one cluster, and host B, the control plane of another, each with a bundle of its own. */
abstract class TwoClustersFixture extends AgentFixture {
    static final HostId B = new HostId("b");
    static final String REJECTED = "IDENTITY_REJECTED";

    TestBundle bundleOfB;

    @BeforeEach
    void giveEachItsPart() {
        var bundleOfA = server.publish("kubernetes-1.20.2-1", "for a");
        bundleOfB = server.publish("kubernetes-1.20.3-1", "for b");
        assign(A, node("a", "red", Role.WORKER, bundleOfA));
        assign(B, node("b", "blue", Role.CONTROL_PLANE, bundleOfB));
    }

    final void assign(HostId host, NodeSpec node) {
        server.desired.decide(server.leadership.require(), host, Optional.of(node));
    }

    static NodeSpec node(String host, String cluster, Role role, TestBundle bundle) {
        var like = TestNodes.node(host, role);
        return new NodeSpec(
                new ClusterName(cluster),
                new NodeName(host),
                role,
                like.zone(),
                like.address(),
                new BundleName(bundle.name),
                Digest.of(bundle.manifest),
                like.network(),
                like.podCidr(),
                like.controlPlane(),
                like.etcd(),
                like.routes(),
                like.labels());
    }

    final byte[] fetch(TestAgent agent) {
        return fetch(agent, bundleOfB.digest);
    }

    static byte[] fetch(TestAgent agent, Digest blob) {
        var bytes = new ByteArrayOutputStream();
        agent.calls()
                .fetchBlob(FetchBlobRequest.newBuilder().setSha256(blob.hex()).build())
                .forEachRemaining(part -> bytes.writeBytes(part.getData().toByteArray()));
        return bytes.toByteArray();
    }

    static String code(ThrowingCallable call) {
        return TestAgent.code(catchThrowable(call));
    }
}
