package io.keelson.server.rollout;

import static io.keelson.server.rollout.ClusterLoopTest.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.Revision;
import io.keelson.server.content.PublishedBundle;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.ObservedHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told of a bundle with another etcd, and when. The leader is cp-a, whose name comes first. */
class EtcdUpgradeTest {
    private static final PublishedBundle OLD = ClusterLoopTest.bundle(ClusterLoopTest.BUNDLE.value(), "3.5.16");
    private static final PublishedBundle NEW = ClusterLoopTest.bundle("new-etcd", "3.5.30");
    private static final PublishedBundle NEXT_MINOR = ClusterLoopTest.bundle("next-minor", "3.6.4");

    private final Map<String, FleetHost> hosts = new TreeMap<>();
    private RegisteredCluster declared = ClusterLoopTest.cluster("prod", false, List.of("cp-a", "cp-b", "cp-c"), "w-1");
    private String leader = "cp-a";

    @BeforeEach
    void everyHostRunsTheOld() {
        var spares = ClusterLoopTest.spares("cp-a", "cp-b", "cp-c", "w-1");
        spares.forEach(host -> hosts.put(host.id().value(), host));
        ClusterLoopTest.told(spares, ClusterLoopTest.decide(fleet()))
                .forEach(host -> hosts.put(host.id().value(), host));
        List.of("cp-a", "cp-b", "cp-c").forEach(this::obeys);
    }

    private FleetImage fleet() {
        return FleetImage.of(List.copyOf(hosts.values()), List.of(declared), List.of(OLD, NEW, NEXT_MINOR));
    }

    private void declare(PublishedBundle bundle) {
        declared = ClusterLoopTest.running(declared, bundle);
    }

    private FleetHost known(String id) {
        return Optional.ofNullable(hosts.get(id)).orElseThrow();
    }

    /** Its host is what it is to be, and its member is sound. */
    private void obeys(String id) {
        says(id, known(id).desiredRevision(), true);
    }

    private void says(String id, Revision converged, boolean quorum) {
        var host = known(id);
        var status = new MemberStatus(
                new EtcdId(7),
                new EtcdId(id.charAt(3)),
                "3.5.16",
                id.equals(leader) ? Role.LEADER : Role.FOLLOWER,
                quorum,
                leader.charAt(3),
                2,
                10,
                10,
                5,
                1000,
                400,
                Set.of(),
                List.of());
        var observed = new ObservedHost(
                host.id(),
                Optional.of("session"),
                "s1",
                NOW,
                "0.1.0",
                "boot",
                Facts.NONE,
                new Epoch(1),
                converged,
                converged,
                false,
                "",
                Optional.empty(),
                Revision.NONE,
                0,
                Optional.of(new MemberReport(1, Optional.of(EtcdUpkeep.NONE), Optional.of(status))),
                true,
                Optional.empty());
        hosts.put(id, new FleetHost(host.host(), host.desired(), Optional.of(observed)));
    }

    /** Tells what is decided; who was told. */
    private List<String> told() {
        var told = new ArrayList<String>();
        for (var assignment : ClusterLoopTest.decide(fleet())) {
            var id = assignment.host().value();
            var host = known(id);
            var before = host.desired().orElseThrow();
            hosts.put(
                    id,
                    new FleetHost(
                            host.host(),
                            Optional.of(new DesiredState(
                                    host.id(),
                                    before.epoch(),
                                    before.revision().next(),
                                    Optional.of(assignment.node()))),
                            host.observed()));
            told.add(id + " " + assignment.node().bundle());
        }
        return told;
    }

    @Test
    void oneHostAfterTheOtherTheLeaderLastAndWorkersAtOnce() {
        declare(NEW);
        assertThat(told()).containsExactly("cp-b new-etcd", "w-1 new-etcd");
        assertThat(told()).as("cp-b was told and has not come to it").isEmpty();

        obeys("cp-b");
        assertThat(told()).containsExactly("cp-c new-etcd");
        says("cp-c", new Revision(1), false);
        assertThat(told()).as("cp-c is down").isEmpty();
        obeys("cp-c");
        assertThat(told()).containsExactly("cp-a new-etcd");
        obeys("cp-a");
        assertThat(told()).isEmpty();
    }

    @Test
    void whoLeadsWhenItsTurnComesIsLast() {
        declare(NEW);
        assertThat(told()).contains("cp-b new-etcd");
        leader = "cp-c";
        List.of("cp-a", "cp-b", "cp-c").forEach(this::obeys);
        assertThat(told()).containsExactly("cp-a new-etcd");
    }

    @Test
    void nobodyIsToldWhileAMemberIsUnsound() {
        says("cp-c", known("cp-c").desiredRevision(), false);
        declare(NEW);
        assertThat(told())
                .as("what is told to one that carries nothing takes nothing away")
                .containsExactly("cp-c new-etcd", "w-1 new-etcd");
        assertThat(told()).isEmpty();
        obeys("cp-c");
        assertThat(told()).containsExactly("cp-b new-etcd");
    }

    @Test
    void theWayBackHalfWayBeginsWithTheHostThatIsOnItsWay() {
        declare(NEW);
        told();
        obeys("cp-b");
        assertThat(told()).containsExactly("cp-c new-etcd");

        declare(OLD);
        assertThat(told())
                .as("cp-b waits for cp-c, which was told and is not there")
                .containsExactly("cp-c " + ClusterLoopTest.BUNDLE, "w-1 " + ClusterLoopTest.BUNDLE);
        assertThat(told()).isEmpty();
        obeys("cp-c");
        assertThat(told()).containsExactly("cp-b " + ClusterLoopTest.BUNDLE);
        obeys("cp-b");
        assertThat(told()).as("cp-a was never told").isEmpty();
    }

    @Test
    void whatMayNotFollowIsToldToNobody() {
        declare(NEXT_MINOR);
        assertThat(told()).as("3.5.16 is too old for 3.6").isEmpty();
        declare(NEW);
        for (var id : List.of("cp-b", "cp-c", "cp-a")) {
            assertThat(told()).contains(id + " new-etcd");
            obeys(id);
        }
        declare(NEXT_MINOR);
        assertThat(told()).contains("cp-b next-minor");
        obeys("cp-b");
        assertThat(told()).contains("cp-c next-minor");
        declare(NEW);
        assertThat(told()).as("cp-a stayed behind").containsExactly("cp-c new-etcd", "w-1 new-etcd");
        obeys("cp-c");
        declare(NEXT_MINOR);
        for (var id : List.of("cp-c", "cp-a")) {
            assertThat(told()).contains(id + " next-minor");
            obeys(id);
        }
        declare(NEW);
        assertThat(told()).as("all were told 3.6").isEmpty();
    }
}
