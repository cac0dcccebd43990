package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import org.junit.jupiter.api.Test;

class BundleDownloadTest extends AgentFixture {
    /** Host "a" with the bundle that was published. */
    static Optional<NodeSpec> node(Role role, TestBundle bundle) {
        var node = TestNodes.node("a", role);
        return Optional.of(new NodeSpec(
                node.cluster(),
                node.node(),
                node.role(),
                node.zone(),
                node.address(),
                new BundleName(bundle.name),
                Digest.of(bundle.manifest),
                node.network(),
                node.podCidr(),
                node.controlPlane(),
                node.etcd(),
                node.routes(),
                node.labels()));
    }

    private byte[] fetch(TestAgent agent, Digest digest, long offset) {
        var bytes = new ByteArrayOutputStream();
        agent.calls()
                .fetchBlob(FetchBlobRequest.newBuilder()
                        .setSha256(digest.hex())
                        .setOffset(offset)
                        .build())
                .forEachRemaining(part -> bytes.writeBytes(part.getData().toByteArray()));
        return bytes.toByteArray();
    }

    @Test
    void hostFetchesItsOwnBundleAndNoOther() {
        var mine = server.publish("kubernetes-1.20.2-1", "x".repeat(3_000_000));
        var other = server.publish("kubernetes-1.20.3-1", "other");
        server.desired.decide(server.leadership.require(), A, node(Role.WORKER, mine));

        assertThat(fetch(a, mine.digest, 0)).isEqualTo(mine.blob);
        assertThat(fetch(a, mine.digest, 2_999_999)).hasSize(1);
        assertThat(fetch(a, mine.digest, 3_000_000)).isEmpty();
        assertThat(TestAgent.code(catchThrowable(() -> fetch(a, mine.digest, 3_000_001))))
                .isEqualTo("RESOURCE_INVALID");
        assertThat(TestAgent.code(catchThrowable(() -> fetch(a, other.digest, 0))))
                .isEqualTo("IDENTITY_REJECTED");
        assertThat(TestAgent.code(catchThrowable(() -> fetch(b, mine.digest, 0))))
                .isEqualTo("IDENTITY_REJECTED");
    }
}
