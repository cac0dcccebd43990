package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import java.util.Map;
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

    @Test
    void refusesToLeaveOutAWorkerOfALivingCluster() {
        var before = plan(standard(), Map.of()).nodes();
        var problem = onlyRefusal(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1")), before);
        assertThat(problem.code()).isEqualTo(ProblemCode.CLUSTER_IMMUTABLE_FIELD);
        assertThat(problem.what()).contains("w-2");
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
