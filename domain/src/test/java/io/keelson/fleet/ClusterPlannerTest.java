package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Severity;
import io.keelson.release.BundleName;
import io.keelson.release.KnownBundle;
import io.keelson.release.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterPlannerTest {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final ClusterNetwork NETWORK =
            new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local");
    private static final KnownBundle B20 = Samples.published("kubernetes-1.20.2-1", "1.20.2");
    private static final KnownBundle B21 = Samples.published("kubernetes-1.21.0-1", "1.21.0", "1.20");
    private static final KnownBundle B22 = Samples.published("kubernetes-1.22.0-1", "1.22.0", "1.20", "1.21");
    private static final List<KnownBundle> BUNDLES = List.of(B20, B21, B22);

    private final List<EnrolledHost> hosts = new ArrayList<>(List.of(
            host("cp-a", "z1", 1),
            host("cp-b", "z2", 2),
            host("cp-c", "z3", 3),
            host("w-1", "z1", 11),
            host("w-2", "z2", 12),
            host("w-3", "z3", 13)));

    private static EnrolledHost host(String id, String zone, int last) {
        return new EnrolledHost(new HostId(id), new Zone(zone), new IpAddress("192.0.2." + last), Optional.empty());
    }

    private static NodeSpec node(Map<HostId, NodeSpec> nodes, String host) {
        return Optional.ofNullable(nodes.get(new HostId(host))).orElseThrow();
    }

    private static List<HostId> ids(String... ids) {
        return Stream.of(ids).map(HostId::new).toList();
    }

    private static ClusterSpec cluster(List<HostId> controlPlane, List<HostId> workers) {
        return cluster(B20, NETWORK, controlPlane, workers);
    }

    private static ClusterSpec cluster(
            KnownBundle bundle, ClusterNetwork network, List<HostId> controlPlane, List<HostId> workers) {
        return new ClusterSpec(
                PROD,
                bundle.manifest().name(),
                network,
                controlPlane,
                List.of(new ClusterSpec.Pool(new PoolName("default"), workers)));
    }

    private static ClusterSpec standard() {
        return cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2"));
    }

    private ClusterPlanning planning(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        return ClusterPlanner.plan(ClusterPlanner.Question.of(spec, hosts, assigned, BUNDLES));
    }

    private ClusterPlan plan(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        return switch (planning(spec, assigned)) {
            case ClusterPlan plan -> plan;
            case ClusterPlanning.Refused(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private List<Problem> refused(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        return switch (planning(spec, assigned)) {
            case ClusterPlan plan -> throw new AssertionError("planned " + plan);
            case ClusterPlanning.Refused(var problems) -> problems;
        };
    }

    private Problem onlyRefusal(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        var problems = refused(spec, assigned).stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .toList();
        assertThat(problems).hasSize(1);
        return problems.getFirst();
    }

    @Test
    void plansControlPlaneAndWorkers() {
        var plan = plan(standard(), Map.of());

        assertThat(plan.warnings()).isEmpty();
        assertThat(plan.nodes().keySet()).containsExactlyElementsOf(ids("cp-a", "cp-b", "cp-c", "w-1", "w-2"));
        var cpB = node(plan.nodes(), "cp-b");
        assertThat(cpB.role()).isEqualTo(Role.CONTROL_PLANE);
        assertThat(cpB.etcd().own()).map(member -> member.name().value()).contains("cp-b");
        assertThat(cpB.manifest()).isEqualTo(B20.digest());
        assertThat(cpB.labels()).containsEntry("topology.kubernetes.io/zone", "z2");
        var worker = node(plan.nodes(), "w-1");
        assertThat(worker.role()).isEqualTo(Role.WORKER);
        assertThat(worker.etcd().own()).isEmpty();
        assertThat(worker.etcd().members())
                .extracting(member -> member.name().value())
                .containsExactly("cp-a", "cp-b", "cp-c");
        assertThat(worker.controlPlane())
                .extracting(IpAddress::value)
                .containsExactly("192.0.2.1", "192.0.2.2", "192.0.2.3");
        assertThat(worker.labels()).containsEntry("keelson.io/pool", "default");
        assertThat(worker.routes())
                .extracting(route -> route.node().value())
                .containsExactly("cp-a", "cp-b", "cp-c", "w-2");
    }

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

    @Test
    void fillsAGapThatAHalfToldClusterHas() {
        var all = plan(standard(), Map.of()).nodes();
        var told = new java.util.TreeMap<>(all);
        told.remove(new HostId("cp-b"));

        assertThat(plan(standard(), told).nodes()).isEqualTo(all);
    }

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
    void acceptsItsOwnHosts() {
        hosts.replaceAll(h -> new EnrolledHost(h.id(), h.zone(), h.address(), Optional.of(PROD)));
        assertThat(plan(standard(), Map.of()).nodes()).hasSize(5);
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

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void acceptsAnOddControlPlane(int count) {
        var controlPlane = ids("cp-a", "cp-b", "cp-c", "w-1", "w-2", "w-3").subList(0, count);
        assertThat(plan(cluster(controlPlane, List.of()), Map.of()).nodes()).hasSize(count);
    }

    @Test
    void warnsOfControlPlaneHostsInOneZone() {
        hosts.set(1, host("cp-b", "z1", 2));
        var warnings = plan(standard(), Map.of()).warnings();
        assertThat(warnings).extracting(Problem::code).containsExactly(ProblemCode.CLUSTER_ZONES_SHARED);
        assertThat(warnings.getFirst().what()).contains("cp-a, cp-b", "z1");
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

    @Test
    void refusesABundleThatIsNotPublished() {
        var spec = new ClusterSpec(PROD, new BundleName("kubernetes-1.20.2-2"), NETWORK, ids("cp-a"), List.of());
        var problem = onlyRefusal(spec, Map.of());
        assertThat(problem.code()).isEqualTo(ProblemCode.BUNDLE_NOT_FOUND);
        assertThat(problem.remedy().advice()).startsWith("Did you mean kubernetes-1.20.2-1?");
    }

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
