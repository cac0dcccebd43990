package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.Lately;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PodRoute;
import io.keelson.fleet.Revision;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Who leaves a cluster, when, and what that means for the others. */
class DeparturesTest {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final HostId LEAVER = new HostId("w-2");

    private final List<FleetHost> hosts = ClusterLoopTest.spares("cp-a", "w-1", "w-2", "w-3");
    private final List<FleetHost> told = ClusterLoopTest.told(
            hosts,
            ClusterLoopTest.decide(
                    ClusterLoopTest.fleet(hosts, ClusterLoopTest.cluster("prod", false, "cp-a", "w-1", "w-2"))));

    private static List<Assignments.Assignment> decide(FleetImage fleet, Predicate<HostId> mayLeave) {
        return Assignments.decide(
                fleet,
                new Epoch(3),
                cluster -> Optional.of(ClusterLoopTest.KEY),
                ClusterLoopTest.NOW,
                cluster -> Lately.NOTHING,
                mayLeave);
    }

    private static FleetImage image(List<FleetHost> hosts, String... workers) {
        return ClusterLoopTest.fleet(hosts, ClusterLoopTest.cluster("prod", false, "cp-a", workers));
    }

    /** The same, where the one host was told to leave. */
    private List<FleetHost> leaving() {
        return told.stream()
                .map(host -> host.id().equals(LEAVER)
                        ? new FleetHost(
                                host.host(),
                                Optional.of(new DesiredState(
                                        LEAVER,
                                        new Epoch(3),
                                        new Revision(2),
                                        new Revision(2),
                                        new Revision(2),
                                        Optional.empty(),
                                        host.node(),
                                        Optional.empty())),
                                Optional.empty())
                        : host)
                .toList();
    }

    private List<FleetHost> left() {
        return ClusterLoopTest.saying(leaving(), 3, 2);
    }

    @Test
    void aWorkerThatNoPoolNamesIsToldToBeNoNode() {
        var decided = decide(image(told, "w-1"), host -> true);
        assertThat(decided).singleElement().satisfies(leave -> {
            assertThat(leave.host()).isEqualTo(LEAVER);
            assertThat(leave.leaves()).isTrue();
            assertThat(leave.wanted()).isEmpty();
            assertThat(leave.because().name()).isEqualTo(PROD);
        });
    }

    @Test
    void staysANodeThatAllReachUntilItMayLeave() {
        var decided = decide(image(told, "w-1", "w-3"), host -> false);
        assertThat(decided).noneMatch(Assignments.Assignment::leaves);
        assertThat(routes(decided, "w-3")).contains("w-2");
        assertThat(routes(decided, "w-2")).contains("w-3");
    }

    @Test
    void nobodyReachesItOnceItIsTold() {
        var decided = decide(image(leaving(), "w-1"), host -> true);
        assertThat(decided).extracting(told -> told.host().value()).containsExactly("cp-a", "w-1");
        assertThat(routes(decided, "w-1")).doesNotContain("w-2");
    }

    @Test
    void whatWasItsPartOfTheNetworkIsFreeWhenItHasLeft() {
        var part = leaving().get(2).leaving().orElseThrow().podCidr();
        var early = decide(image(leaving(), "w-1", "w-3"), host -> true);
        assertThat(node(early, "w-3").node().podCidr()).isNotEqualTo(part);
        var late = decide(image(left(), "w-1", "w-3"), host -> true);
        assertThat(node(late, "w-3").node().podCidr()).isEqualTo(part);
    }

    @Test
    void belongsToItsClusterUntilItHasLeftAndIsASpareThen() {
        var other = ClusterLoopTest.cluster("other", false, "w-2");
        assertThat(image(leaving(), "w-1").clusterOf(LEAVER)).contains(PROD);
        assertThat(decide(image(leaving(), "w-1").with(other), host -> true))
                .as("it cannot be given to another one yet")
                .noneMatch(told -> told.host().equals(LEAVER));
        assertThat(image(left(), "w-1").clusterOf(LEAVER)).isEmpty();
        assertThat(decide(image(left(), "w-1").with(other), host -> true))
                .anyMatch(told -> told.host().equals(LEAVER)
                        && told.wanted().orElseThrow().cluster().value().equals("other"));
    }

    @Test
    void whoIsNamedAgainBeforeItHasLeftIsTheNodeThatItWas() {
        var was = leaving().get(2).leaving().orElseThrow();
        assertThat(decide(image(leaving(), "w-1", "w-2"), host -> true))
                .singleElement()
                .satisfies(told -> assertThat(told.wanted()).contains(was));
    }

    @Test
    void nobodyOfTheControlPlaneIsToldToLeave() {
        var image = ClusterLoopTest.fleet(told, ClusterLoopTest.cluster("prod", false, "w-3", "w-1", "w-2"));
        assertThat(decide(image, host -> true)).isEmpty();
    }

    private static Assignments.Assignment node(List<Assignments.Assignment> decided, String host) {
        return decided.stream()
                .filter(told -> told.host().value().equals(host))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> routes(List<Assignments.Assignment> decided, String host) {
        return node(decided, host).node().routes().stream()
                .map(PodRoute::node)
                .map(name -> name.value())
                .toList();
    }
}
