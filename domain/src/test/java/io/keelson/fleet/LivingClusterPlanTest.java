package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What may not be asked of a cluster that has nodes. */
class LivingClusterPlanTest extends ClusterPlannerFixture {
    @Test
    void refusesAChangeOfTheNetworkOfALivingCluster() {
        var before = plan(standard(), Map.of()).nodes();
        var network = new ClusterNetwork(Cidr.parse("10.200.0.0/16"), NETWORK.services(), "cluster.local");
        var problem = onlyRefusal(cluster(B20, network, ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2")), before);
        assertThat(problem.code()).isEqualTo(ProblemCode.CLUSTER_IMMUTABLE_FIELD);
        assertThat(problem.remedy().advice()).contains("10.244.0.0/16");
    }

    @Test
    void refusesAnotherControlPlaneOfALivingCluster() {
        var before = plan(standard(), Map.of()).nodes();
        var grown = cluster(ids("cp-a", "cp-b", "cp-c", "w-3", "w-1"), ids("w-2"));
        assertThat(onlyRefusal(grown, before).code()).isEqualTo(ProblemCode.CLUSTER_IMMUTABLE_FIELD);
        var swapped = cluster(ids("cp-a", "cp-b", "w-3"), ids("w-1", "w-2"));
        assertThat(onlyRefusal(swapped, before).what()).contains("spec.controlPlane.hosts");
    }

    /** Its pods are reached until it is told, and what was its part of the network is nobody else's until it has left. */
    @Test
    void aWorkerThatNoPoolNamesStaysANodeUntilItIsTold() {
        var before = plan(standard(), Map.of()).nodes();
        var plan = plan(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1")), before);
        assertThat(plan.nodes()).isEqualTo(before);
        assertThat(plan.warnings()).extracting(Problem::code).contains(ProblemCode.CLUSTER_HOST_LEAVES);
        assertThat(plan.warnings()).extracting(Problem::what).anyMatch(what -> what.contains("w-2"));

        var grown = plan(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-3")), before);
        assertThat(node(grown.nodes(), "w-2").routes())
                .as("who came after it reaches it, and it reaches them")
                .extracting(route -> route.node().value())
                .contains("w-3");
    }

    @Test
    void whoWasToldToLeaveIsNoNodeButKeepsItsPartOfTheNetworkUntilItHasLeft() {
        var before = new TreeMap<>(plan(standard(), Map.of()).nodes());
        var leaving = Map.of(new HostId("w-2"), node(before, "w-2"));
        before.remove(new HostId("w-2"));
        var spec = cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-3"));

        var question = ClusterPlanner.Question.of(spec, hosts, before, BUNDLES).leaving(leaving);
        var nodes = ((ClusterPlan) ClusterPlanner.plan(question)).nodes();

        assertThat(nodes).doesNotContainKey(new HostId("w-2"));
        assertThat(node(nodes, "w-1").routes())
                .extracting(route -> route.node().value())
                .doesNotContain("w-2");
        var freed = node(leaving, "w-2").podCidr();
        assertThat(node(nodes, "w-3").podCidr()).isNotEqualTo(freed);
        assertThat(node(plan(spec, before).nodes(), "w-3").podCidr())
                .as("once it has left")
                .isEqualTo(freed);
    }

    @Test
    void whoIsNamedAgainBeforeItHasLeftGetsItsPartBack() {
        var before = new TreeMap<>(plan(standard(), Map.of()).nodes());
        var leaving = Map.of(new HostId("w-2"), node(before, "w-2"));
        before.remove(new HostId("w-2"));
        var question =
                ClusterPlanner.Question.of(standard(), hosts, before, BUNDLES).leaving(leaving);
        assertThat(node(((ClusterPlan) ClusterPlanner.plan(question)).nodes(), "w-2"))
                .isEqualTo(node(leaving, "w-2"));
    }

    @Test
    void refusesAHostThatCameBackUnderAnotherAddress() {
        var before = plan(standard(), Map.of()).nodes();
        hosts.set(3, host("w-1", "z1", 99));
        assertThat(onlyRefusal(standard(), before).what()).contains("192.0.2.99", "192.0.2.11");
    }

    @Test
    void refusesABundleTwoMinorsAheadBecauseOfSkewFirst() {
        var before = plan(standard(), Map.of()).nodes();
        var ahead = cluster(B22, NETWORK, ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2"));
        assertThat(onlyRefusal(ahead, before).code()).isEqualTo(ProblemCode.BUNDLE_SKEW);
    }

    @Test
    void refusesANewBundleInPlaceAsLongAsThereAreNoRollouts() {
        var before = plan(standard(), Map.of()).nodes();
        var next = cluster(B21, NETWORK, ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2"));
        var problem = onlyRefusal(next, before);
        assertThat(problem.code()).isEqualTo(ProblemCode.CLUSTER_IMMUTABLE_FIELD);
        assertThat(problem.what()).contains("rollout");
    }
}
