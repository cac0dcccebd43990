package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Severity;
import io.keelson.release.KnownBundle;
import io.keelson.release.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds of every plan, whatever the fleet looks like. */
class ClusterPlannerProperties {
    private static final KnownBundle BUNDLE = Samples.published("kubernetes-1.20.2-1", "1.20.2");
    private static final ClusterNetwork NETWORK =
            new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local");

    private static List<EnrolledHost> fleet(int size) {
        var hosts = new ArrayList<EnrolledHost>();
        for (int i = 0; i < size; i++) {
            hosts.add(new EnrolledHost(
                    new HostId("h-" + i),
                    new Zone("z" + i % 3),
                    new IpAddress("192.0.2." + (i + 1)),
                    Optional.empty()));
        }
        return hosts;
    }

    private static ClusterSpec spec(List<HostId> controlPlane, List<HostId> workers, Random random) {
        var left = new ArrayList<HostId>();
        var right = new ArrayList<HostId>();
        workers.forEach(host -> (Math.floorMod(host.hashCode(), 2) == 0 ? left : right).add(host));
        Collections.shuffle(left, random);
        Collections.shuffle(right, random);
        return new ClusterSpec(
                new ClusterName("prod"),
                BUNDLE.manifest().name(),
                NETWORK,
                controlPlane,
                List.of(new ClusterSpec.Pool(new PoolName("a"), left), new ClusterSpec.Pool(new PoolName("b"), right)));
    }

    private static Map<HostId, NodeSpec> plan(
            ClusterSpec spec, List<EnrolledHost> hosts, Map<HostId, NodeSpec> assigned) {
        return switch (ClusterPlanner.plan(ClusterPlanner.Question.of(spec, hosts, assigned, List.of(BUNDLE)))) {
            case ClusterPlan plan -> plan.nodes();
            case ClusterPlanning.Refused(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    @Property(tries = 200)
    void growsInAnyOrderWithoutMovingAnybody(
            @ForAll @IntRange(min = 3, max = 40) int size, @ForAll @IntRange(max = 2) int half, @ForAll long seed) {
        var random = new Random(seed);
        var hosts = fleet(size);
        int planes = Math.min(half * 2 + 1, size);
        planes = planes % 2 == 0 ? planes - 1 : planes;
        var ids = new ArrayList<>(hosts.stream().map(EnrolledHost::id).toList());
        Collections.shuffle(ids, random);
        var controlPlane = List.copyOf(ids.subList(0, planes));
        Map<HostId, NodeSpec> assigned = Map.of();

        for (int grown = planes; grown <= size; grown = grown + random.nextInt(1, 5)) {
            var next = plan(spec(controlPlane, ids.subList(planes, grown), random), hosts, assigned);
            assigned.forEach(
                    (host, node) -> assertThat(node(next, host).podCidr()).isEqualTo(node.podCidr()));
            consistent(next);
            assigned = partly(next, assigned, random);
        }
    }

    private static NodeSpec node(Map<HostId, NodeSpec> nodes, HostId host) {
        return Optional.ofNullable(nodes.get(host)).orElseThrow();
    }

    /** The writer may die half-way; whatever was told stays told. */
    private static Map<HostId, NodeSpec> partly(
            Map<HostId, NodeSpec> next, Map<HostId, NodeSpec> before, Random random) {
        var told = new TreeMap<>(before);
        next.forEach((host, node) -> {
            if (random.nextInt(4) > 0 || before.containsKey(host)) {
                told.put(host, node);
            }
        });
        return told;
    }

    private static void consistent(Map<HostId, NodeSpec> nodes) {
        var parts = new HashSet<Cidr>();
        nodes.forEach((host, node) -> {
            assertThat(parts.add(node.podCidr()))
                    .as("pod networks are distinct")
                    .isTrue();
            assertThat(NETWORK.pods().overlaps(node.podCidr())).isTrue();
            assertThat(node.routes()).hasSize(nodes.size() - 1);
            for (var route : node.routes()) {
                var other = node(nodes, new HostId(route.node().value()));
                assertThat(route.pods()).isEqualTo(other.podCidr());
                assertThat(route.via()).isEqualTo(other.address());
            }
            assertThat(node.etcd().own().isPresent()).isEqualTo(node.role() == Role.CONTROL_PLANE);
        });
        assertThat(nodes.values().stream().map(node -> node.etcd().members()).distinct())
                .hasSize(1);
        assertThat(nodes.values().stream().map(NodeSpec::controlPlane).distinct())
                .hasSize(1);
    }

    @Property(tries = 100)
    void doesNotDependOnTheOrderOfItsInput(@ForAll @IntRange(min = 4, max = 30) int size, @ForAll long seed) {
        var random = new Random(seed);
        var hosts = fleet(size);
        var ids = hosts.stream().map(EnrolledHost::id).toList();
        var one = plan(spec(ids.subList(0, 3), ids.subList(3, size), random), hosts, Map.of());

        var shuffledHosts = new ArrayList<>(hosts);
        Collections.shuffle(shuffledHosts, random);
        var shuffledPlane = new ArrayList<>(ids.subList(0, 3));
        Collections.shuffle(shuffledPlane, random);
        var other = plan(spec(shuffledPlane, ids.subList(3, size), random), shuffledHosts, Map.of());

        assertThat(other).isEqualTo(one);
        assertThat(plan(spec(ids.subList(0, 3), ids.subList(3, size), random), hosts, one))
                .as("planning on top of its own answer changes nothing")
                .isEqualTo(one);
    }

    @Property(tries = 300)
    void answersEveryQuestion(@ForAll long seed) {
        var random = new Random(seed);
        var hosts = fleet(6);
        var names = new ArrayList<HostId>();
        for (int i = random.nextInt(12); i > 0; i--) {
            names.add(new HostId("h-" + random.nextInt(8)));
        }
        int cut = random.nextInt(names.size() + 1);
        var network = new ClusterNetwork(
                new Cidr(IpAddress.of((long) random.nextInt(256) << 24), random.nextInt(8, 33)),
                new Cidr(IpAddress.of((long) random.nextInt(256) << 24), random.nextInt(8, 33)),
                "cluster.local");
        var spec = new ClusterSpec(
                new ClusterName("prod"),
                BUNDLE.manifest().name(),
                network,
                names.subList(0, cut),
                List.of(new ClusterSpec.Pool(new PoolName("a"), names.subList(cut, names.size()))));

        switch (ClusterPlanner.plan(ClusterPlanner.Question.of(spec, hosts, Map.of(), List.of(BUNDLE)))) {
            case ClusterPlan plan -> {
                assertThat(plan.warnings()).allMatch(p -> p.severity() == Severity.WARNING);
                assertThat(plan.nodes().keySet()).isEqualTo(new HashSet<>(names));
            }
            case ClusterPlanning.Refused(var problems) ->
                assertThat(problems).anyMatch(p -> p.severity() == Severity.ERROR);
        }
    }
}
