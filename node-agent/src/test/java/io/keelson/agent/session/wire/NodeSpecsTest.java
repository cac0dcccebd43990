package io.keelson.agent.session.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.HeldMember;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.NodeSpec;
import org.junit.jupiter.api.Test;

class NodeSpecsTest {
    @Test
    void readsWhichMemberTheHostHolds() {
        assertThat(NodeSpecs.read(NodeSpecsFuzzTest.sample()).etcd().known()).contains(new HeldMember(-1, 2, 1));
        var unknown = NodeSpecsFuzzTest.sample().toBuilder();
        unknown.getEtcdBuilder().clearKnown();
        assertThat(NodeSpecs.read(unknown.build()).etcd().known()).isEmpty();
    }

    @Test
    void refusesAMemberThatNobodyCanHold() {
        for (var incarnation : new int[] {0, -1, 3}) {
            var order = NodeSpecsFuzzTest.sample().toBuilder();
            order.getEtcdBuilder().getKnownBuilder().setIncarnation(incarnation);
            refused(order);
        }
        var nobody = NodeSpecsFuzzTest.sample().toBuilder();
        nobody.getEtcdBuilder().getKnownBuilder().clearMemberId();
        refused(nobody);
        var worker = NodeSpecsFuzzTest.sample().toBuilder();
        worker.getEtcdBuilder().clearOwn();
        refused(worker);
    }

    private static void refused(NodeSpec.Builder order) {
        assertThatThrownBy(() -> NodeSpecs.read(order.build()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.RESOURCE_INVALID));
    }
}
