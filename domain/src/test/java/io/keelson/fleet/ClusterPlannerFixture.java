package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.Severity;
import io.keelson.release.KnownBundle;
import io.keelson.release.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Six enrolled hosts and three published bundles, of which clusters are planned. */
abstract class ClusterPlannerFixture {
    static final ClusterName PROD = new ClusterName("prod");
    static final ClusterNetwork NETWORK =
            new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local");
    static final KnownBundle B20 = Samples.published("kubernetes-1.20.2-1", "1.20.2");
    static final KnownBundle B21 = Samples.published("kubernetes-1.21.0-1", "1.21.0", "1.20");
    static final KnownBundle B22 = Samples.published("kubernetes-1.22.0-1", "1.22.0", "1.20", "1.21");
    static final List<KnownBundle> BUNDLES = List.of(B20, B21, B22);

    final List<EnrolledHost> hosts = new ArrayList<>(List.of(
            host("cp-a", "z1", 1),
            host("cp-b", "z2", 2),
            host("cp-c", "z3", 3),
            host("w-1", "z1", 11),
            host("w-2", "z2", 12),
            host("w-3", "z3", 13)));

    static EnrolledHost host(String id, String zone, int last) {
        return new EnrolledHost(new HostId(id), new Zone(zone), new IpAddress("192.0.2." + last), Optional.empty());
    }

    static NodeSpec node(Map<HostId, NodeSpec> nodes, String host) {
        return Optional.ofNullable(nodes.get(new HostId(host))).orElseThrow();
    }

    static List<HostId> ids(String... ids) {
        return Stream.of(ids).map(HostId::new).toList();
    }

    static ClusterSpec cluster(List<HostId> controlPlane, List<HostId> workers) {
        return cluster(B20, NETWORK, controlPlane, workers);
    }

    static ClusterSpec cluster(
            KnownBundle bundle, ClusterNetwork network, List<HostId> controlPlane, List<HostId> workers) {
        return new ClusterSpec(
                PROD,
                bundle.manifest().name(),
                network,
                controlPlane,
                List.of(new ClusterSpec.Pool(new PoolName("default"), workers)));
    }

    static ClusterSpec standard() {
        return cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2"));
    }

    ClusterPlanning planning(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        return ClusterPlanner.plan(ClusterPlanner.Question.of(spec, hosts, assigned, BUNDLES));
    }

    ClusterPlan plan(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        return switch (planning(spec, assigned)) {
            case ClusterPlan plan -> plan;
            case ClusterPlanning.Refused(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    List<Problem> refused(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        return switch (planning(spec, assigned)) {
            case ClusterPlan plan -> throw new AssertionError("planned " + plan);
            case ClusterPlanning.Refused(var problems) -> problems;
        };
    }

    Problem onlyRefusal(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        var problems = refused(spec, assigned).stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .toList();
        assertThat(problems).hasSize(1);
        return problems.getFirst();
    }
}
