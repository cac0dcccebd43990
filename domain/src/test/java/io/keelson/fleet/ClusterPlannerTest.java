package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterPlannerTest extends ClusterPlannerFixture {
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
    void fillsAGapThatAHalfToldClusterHas() {
        var all = plan(standard(), Map.of()).nodes();
        var told = new java.util.TreeMap<>(all);
        told.remove(new HostId("cp-b"));

        assertThat(plan(standard(), told).nodes()).isEqualTo(all);
    }

    @Test
    void keepsTheIncarnationOfEachMember() {
        var told = new java.util.TreeMap<>(plan(standard(), Map.of()).nodes());
        told.compute(new HostId("cp-b"), (host, node) -> node(told, "cp-b").withMember(3));

        var next = plan(standard(), told).nodes();

        assertThat(node(next, "cp-b").etcd().incarnation()).isEqualTo(3);
        assertThat(node(next, "cp-a").etcd().incarnation()).isEqualTo(EtcdSpec.FOUNDING);
        assertThat(next).isEqualTo(told);
    }

    @Test
    void keepsWhichMemberAHostHolds() {
        var told = new java.util.TreeMap<>(plan(standard(), Map.of()).nodes());
        told.compute(new HostId("cp-b"), (host, node) -> node(told, "cp-b").holding(new HeldMember(1, 2, 1)));

        assertThat(plan(standard(), told).nodes()).isEqualTo(told);
        assertThat(plan(standard(), Map.of()).nodes().values())
                .as("a cluster that is declared again founds its etcd")
                .allMatch(node -> node.etcd().known().isEmpty());
    }

    @Test
    void acceptsItsOwnHosts() {
        hosts.replaceAll(h -> new EnrolledHost(h.id(), h.zone(), h.address(), Optional.of(PROD)));
        assertThat(plan(standard(), Map.of()).nodes()).hasSize(5);
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
}
