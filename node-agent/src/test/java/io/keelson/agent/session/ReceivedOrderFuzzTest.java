package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.session.wire.NodeSpecsFuzzTest;
import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.util.List;

/** Whatever a director has signed as an order, it is read or refused. */
class ReceivedOrderFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        return List.of(
                Orders.worker(3, 7, "kubernetes-1.31.4-1").toByteArray(),
                Orders.worker(3, 7, "kubernetes-1.31.4-1").toBuilder()
                        .setNode(NodeSpecsFuzzTest.sample())
                        .build()
                        .toByteArray(),
                Orders.bare(3, 4).toByteArray(),
                Orders.unassigned(3).toByteArray(),
                Orders.level(Orders.bare(3, 8), "debian-12-2026.11", "cd".repeat(32), 1)
                        .toByteArray());
    }

    @Override
    public List<String> words() {
        return List.of("host-1", "..", "\n", "prod");
    }

    @Override
    public void accept(byte[] input) {
        try {
            var order = ReceivedOrder.read(input);
            assertThat(order.goal() instanceof Assignment.Goal.Node).isEqualTo(order.node().length > 0);
            assertThat(order.epoch().value()).isNotNegative();
            assertThat(order.revision().value()).isNotNegative();
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.RESOURCE_INVALID);
        }
    }
}
