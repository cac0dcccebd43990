package io.keelson.agent.session.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.agent.session.Orders;
import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.NodeSpec;
import io.keelson.proto.agent.v1.Role;
import java.util.List;

/** Whatever message a server sends as an order's spec, it is read or refused. */
public class NodeSpecsFuzzTest extends FuzzTest {
    /** An order with something in every field. */
    public static NodeSpec sample() {
        var spec = Orders.worker(1, 2, "kubernetes-1.31.4-1").getNode().toBuilder();
        spec.setNode("cp-a").setRole(Role.ROLE_CONTROL_PLANE).setAddress("10.0.0.1");
        spec.getEtcdBuilder().setOwn("cp-a").setIncarnation(2);
        spec.getEtcdBuilder().getKnownBuilder().setClusterId(-1).setMemberId(2).setIncarnation(1);
        spec.addRoutesBuilder().setNode("w-1").setPods("10.244.4.0/24").setVia("10.0.0.11");
        return spec.putLabels("keelson.io/pool", "default").build();
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(sample().toByteArray());
    }

    @Override
    public List<String> words() {
        return List.of("10.0.0.256", "10.244.0.0/33", "fd00::1", "..", "\n", "cp-b");
    }

    @Override
    public void accept(byte[] input) {
        NodeSpec message;
        try {
            message = NodeSpec.parseFrom(input);
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
        try {
            assertThat(NodeSpecs.read(message)).isEqualTo(NodeSpecs.read(message));
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.RESOURCE_INVALID);
        }
    }
}
