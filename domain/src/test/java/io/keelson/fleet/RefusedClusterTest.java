package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedClusterTest extends ClusterPlannerFixture {
    @Test
    void refusesAHostThatIsNotEnrolledAndNamesTheNearest() {
        var problem = onlyRefusal(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-11")), Map.of());
        assertThat(problem.code()).isEqualTo(ProblemCode.HOST_UNKNOWN);
        assertThat(problem.remedy().advice()).startsWith("Did you mean w-1?");
    }

    @Test
    void refusesAHostThatIsNamedTwice() {
        assertThat(onlyRefusal(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "cp-a", "cp-a")), Map.of())
                        .code())
                .isEqualTo(ProblemCode.CLUSTER_HOST_REPEATED);
        assertThat(onlyRefusal(cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-1")), Map.of())
                        .code())
                .isEqualTo(ProblemCode.CLUSTER_HOST_REPEATED);
    }

    @Test
    void refusesTwoPoolsOfOneName() {
        var pool = new ClusterSpec.Pool(new PoolName("p"), List.of());
        var spec = new ClusterSpec(PROD, B20.manifest().name(), NETWORK, ids("cp-a"), List.of(pool, pool));
        assertThat(onlyRefusal(spec, Map.of()).code()).isEqualTo(ProblemCode.RESOURCE_INVALID);
    }

    @Test
    void refusesAHostOfAnotherCluster() {
        hosts.set(
                3,
                new EnrolledHost(
                        new HostId("w-1"),
                        new Zone("z1"),
                        new IpAddress("192.0.2.11"),
                        Optional.of(new ClusterName("test"))));
        var problem = onlyRefusal(standard(), Map.of());
        assertThat(problem.code()).isEqualTo(ProblemCode.HOST_TAKEN);
        assertThat(problem.what()).contains("w-1", "test");
    }

    @Test
    void refusesABundleForAnotherArchitectureThanAHosts() {
        var host = hosts.get(3);
        hosts.set(3, new EnrolledHost(host.id(), host.zone(), host.address(), Optional.empty(), Optional.of("arm64")));
        var problem = onlyRefusal(standard(), Map.of());
        assertThat(problem.code()).isEqualTo(ProblemCode.BUNDLE_WRONG_ARCHITECTURE);
        assertThat(problem.what()).contains("w-1", "arm64", "amd64");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 6})
    void refusesAControlPlaneThatCannotKeepAQuorum(int count) {
        var controlPlane = ids("cp-a", "cp-b", "cp-c", "w-1", "w-2", "w-3").subList(0, count);
        assertThat(refused(cluster(controlPlane, List.of()), Map.of()))
                .extracting(Problem::code)
                .contains(ProblemCode.CLUSTER_CONTROL_PLANE_COUNT);
    }

    @Test
    void refusesABundleThatIsNotPublished() {
        var spec = new ClusterSpec(PROD, new BundleName("kubernetes-1.20.2-2"), NETWORK, ids("cp-a"), List.of());
        var problem = onlyRefusal(spec, Map.of());
        assertThat(problem.code()).isEqualTo(ProblemCode.BUNDLE_NOT_FOUND);
        assertThat(problem.remedy().advice()).startsWith("Did you mean kubernetes-1.20.2-1?");
    }

    @Test
    void refusesTheNameOfTheServersOwnSnapshots() {
        var standard = standard();
        var spec = new ClusterSpec(
                ClusterName.OF_SERVER,
                standard.bundle(),
                standard.network(),
                standard.controlPlane(),
                standard.pools());
        assertThat(onlyRefusal(spec, Map.of()).what()).contains("keelson-server");
    }

    @Test
    void tellsAllProblemsTogetherWithTheWarnings() {
        hosts.set(1, host("cp-b", "z1", 2));
        var network = new ClusterNetwork(Cidr.parse("10.96.0.0/30"), Cidr.parse("10.96.0.0/16"), "cluster.local");
        var spec = new ClusterSpec(
                PROD,
                new BundleName("nope"),
                network,
                ids("cp-a", "cp-b"),
                List.of(new ClusterSpec.Pool(new PoolName("p"), ids("cp-a", "w-9"))));
        assertThat(refused(spec, Map.of()))
                .extracting(Problem::code)
                .containsExactlyInAnyOrder(
                        ProblemCode.CLUSTER_CONTROL_PLANE_COUNT,
                        ProblemCode.CLUSTER_HOST_REPEATED,
                        ProblemCode.HOST_UNKNOWN,
                        ProblemCode.CLUSTER_NETWORKS_OVERLAP,
                        ProblemCode.CLUSTER_NETWORK_SIZE,
                        ProblemCode.BUNDLE_NOT_FOUND,
                        ProblemCode.CLUSTER_ZONES_SHARED);
    }
}
