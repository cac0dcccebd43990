package io.keelson.server.drain;

import static io.keelson.server.drain.SimulatedApi.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.drain.DrainPolicy;
import io.keelson.drain.Hindrance;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.server.kubernetes.DrainMark;
import io.keelson.workload.Pod;
import io.keelson.workload.Resources;
import io.keelson.workload.WorkNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes, a pod of one workload on each, and a budget that lets one of them go. */
class ForesightTest {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final NodeName OTHER = new NodeName("w-2");

    private final SimulatedApi api = new SimulatedApi();
    private final Foresight foresight = new Foresight();

    @BeforeEach
    void twoNodes() {
        api.others.add(new WorkNode(OTHER, true, false, Resources.of(4000, 4000), Map.of(), List.of()));
        api.pod("web-1", false);
        api.pod("web-2", false);
        api.pods.add(on(OTHER, api.pods.removeLast()));
        api.budget(1);
    }

    private static Pod on(NodeName node, Pod pod) {
        return new Pod(
                pod.name(),
                pod.uid(),
                Optional.of(node),
                pod.owner(),
                pod.phase(),
                pod.ready(),
                pod.grace(),
                pod.startup(),
                pod.deletion(),
                pod.requests(),
                pod.labels(),
                pod.mirror(),
                pod.emptyDir(),
                pod.claims(),
                pod.placement());
    }

    private List<Hindrance> begin(NodeName node, DrainPolicy policy) {
        return foresight.begin(new ClusterNode(PROD, node), api, policy);
    }

    /** hcloud#1507: nodes that were emptied together waited for each other. */
    @Test
    void nodesThatWouldWaitForEachOtherAreBegunOneAfterTheOther() {
        assertThat(begin(NODE, DrainPolicy.CAREFUL)).isEmpty();
        assertThat(begin(OTHER, DrainPolicy.CAREFUL)).singleElement().satisfies(stop -> {
            assertThat(stop.kind()).isEqualTo(Hindrance.Kind.BUDGET);
            assertThat(stop.what()).contains("pod shop/web-2", "budget shop/web", "find no room");
        });
        assertThat(foresight.begin(new ClusterNode(new ClusterName("other"), OTHER), api, DrainPolicy.CAREFUL))
                .as("names of nodes are those of one cluster only")
                .isEmpty();
        foresight.ended(new ClusterNode(PROD, NODE));
        assertThat(begin(OTHER, DrainPolicy.CAREFUL)).isEmpty();
    }

    @Test
    void whatIsBegunAlreadyGoesOn() {
        api.budget(0);
        assertThat(begin(NODE, DrainPolicy.CAREFUL)).isNotEmpty();
        api.mark = Optional.of(new DrainMark(api.now, true));
        assertThat(begin(NODE, DrainPolicy.CAREFUL)).isEmpty();
    }

    @Test
    void aBudgetThatMayBeOverruledInTheEndKeepsNobodyFromBeginning() {
        api.budget(0);
        assertThat(begin(
                        NODE,
                        new DrainPolicy(
                                Duration.ofMinutes(10),
                                false,
                                false,
                                Optional.of(Duration.ofMinutes(5)),
                                Optional.empty())))
                .isEmpty();
    }
}
