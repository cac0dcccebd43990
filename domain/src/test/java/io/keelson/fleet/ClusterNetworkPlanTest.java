package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods, services and hosts side by side. */
class ClusterNetworkPlanTest extends ClusterPlannerFixture {
    @Test
    void nodesKeepTheirPodNetworksAndNewOnesGetTheLowestFree() {
        var before =
                plan(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-2")), Map.of()).nodes();
        var after = plan(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2")), before)
                .nodes();

        assertThat(node(after, "w-2").podCidr()).isEqualTo(Cidr.parse("10.244.3.0/24"));
        assertThat(node(after, "w-1").podCidr()).isEqualTo(Cidr.parse("10.244.4.0/24"));
        assertThat(node(after, "cp-a").routes()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.96.0.0/17 10.96.0.0/16", // each other
                "192.0.0.0/16 10.96.0.0/16", // pods and hosts
                "10.244.0.0/16 192.0.2.0/24", // services and hosts
                "127.0.0.0/16 10.96.0.0/16",
                "10.244.0.0/16 169.254.0.0/16",
            })
    void refusesNetworksThatOverlap(String networks) {
        var parts = networks.split(" ");
        var network = new ClusterNetwork(Cidr.parse(parts[0]), Cidr.parse(parts[1]), "cluster.local");
        var problem = onlyRefusal(cluster(B20, network, ids("cp-a"), ids("w-1")), Map.of());
        assertThat(problem.code()).isEqualTo(ProblemCode.CLUSTER_NETWORKS_OVERLAP);
    }

    @Test
    void aStrangerThatEnrolsLaterInsideThePodNetworkDoesNotStopTheCluster() {
        var before = plan(standard(), Map.of()).nodes();
        hosts.add(new EnrolledHost(new HostId("late"), new Zone("z1"), new IpAddress("10.244.7.7"), Optional.empty()));

        assertThat(plan(standard(), before).nodes()).isEqualTo(before);
        assertThat(onlyRefusal(standard(), Map.of()).code()).isEqualTo(ProblemCode.CLUSTER_NETWORKS_OVERLAP);
    }

    @Test
    void refusesAPodNetworkWithoutRoomForAll() {
        var network = new ClusterNetwork(Cidr.parse("10.244.0.0/23"), NETWORK.services(), "cluster.local");
        var problem = onlyRefusal(cluster(B20, network, ids("cp-a", "cp-b", "cp-c"), List.of()), Map.of());
        assertThat(problem.code()).isEqualTo(ProblemCode.CLUSTER_NETWORK_SIZE);
        assertThat(problem.what()).contains("room for 2").contains("cluster has 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.96.0.0/28", "10.0.0.0/11"})
    void refusesAServiceNetworkThatKubernetesCannotUse(String services) {
        var network = new ClusterNetwork(NETWORK.pods(), Cidr.parse(services), "cluster.local");
        assertThat(refused(cluster(B20, network, ids("cp-a"), List.of()), Map.of())
                        .getFirst()
                        .code())
                .isEqualTo(ProblemCode.CLUSTER_NETWORK_SIZE);
    }
}
