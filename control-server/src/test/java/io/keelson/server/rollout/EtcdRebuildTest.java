package io.keelson.server.rollout;

import static io.keelson.server.rollout.ClusterLoopTest.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.Revision;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.enrolment.Host;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which member is made anew, decided on one picture of the fleet. */
class EtcdRebuildTest {
    private static final RegisteredCluster PROD =
            ClusterLoopTest.cluster("prod", false, List.of("cp-a", "cp-b", "cp-c"), "w-1");

    private final Map<String, FleetHost> hosts = new TreeMap<>();

    @BeforeEach
    void everyHostKnowsWhatItIsToBe() {
        var spares = ClusterLoopTest.spares("cp-a", "cp-b", "cp-c", "w-1");
        var told = ClusterLoopTest.told(spares, ClusterLoopTest.decide(ClusterLoopTest.fleet(spares, PROD)));
        told.forEach(host -> hosts.put(host.id().value(), host));
        sound("cp-a", 1, Role.LEADER);
        sound("cp-b", 1, Role.FOLLOWER);
        sound("cp-c", 1, Role.FOLLOWER);
    }

    private void says(String id, MemberReport report, Optional<String> problem) {
        says(id, NOW, report, problem, 1, true);
    }

    private void says(
            String id,
            Instant seen,
            MemberReport report,
            Optional<String> problem,
            long problemRevision,
            boolean current) {
        var host = known(id);
        var observed = new ObservedHost(
                host.id(),
                Optional.of("session"),
                "s1",
                seen,
                "0.1.0",
                "boot",
                Facts.NONE,
                new Epoch(1),
                new Revision(1),
                // A host that reports no problem has come to its order.
                problem.isPresent()
                        ? new Revision(1)
                        : host.desired().map(DesiredState::revision).orElseThrow(),
                false,
                "",
                problem.map(code -> new ReportedProblem(code, "what", "advice", "", false)),
                new Revision(problemRevision),
                0,
                Optional.of(report),
                current,
                Optional.empty());
        hosts.put(id, new FleetHost(host.host(), host.desired(), Optional.of(observed)));
    }

    private FleetHost known(String id) {
        return Optional.ofNullable(hosts.get(id)).orElseThrow();
    }

    private void sound(String id, int incarnation, Role role) {
        says(id, soundReport(incarnation, role), Optional.empty());
    }

    private static MemberReport soundReport(int incarnation, Role role) {
        return new MemberReport(
                incarnation,
                Optional.of(new MemberStatus(
                        new EtcdId(7),
                        new EtcdId(1),
                        "3.5.16",
                        role,
                        true,
                        1,
                        2,
                        10,
                        10,
                        5,
                        1000,
                        400,
                        Set.of(),
                        List.of())));
    }

    private void lost(String id) {
        says(id, new MemberReport(1, Optional.empty()), Optional.of("ETCD_DATA_LOST"));
    }

    private FleetImage fleet() {
        return ClusterLoopTest.fleet(List.copyOf(hosts.values()), PROD);
    }

    private List<String> decided() {
        return ClusterLoopTest.decide(fleet()).stream()
                .map(each -> each.host() + " " + each.node().etcd().incarnation()
                        + (each.permit().isPresent() ? " anew" : ""))
                .toList();
    }

    /** Tells a host what was decided for it. */
    private void tell(String id, UnaryOperator<Revision> revision) {
        var decision = ClusterLoopTest.decide(fleet()).getFirst();
        var host = known(id);
        var before = host.desired().orElseThrow();
        hosts.put(
                id,
                new FleetHost(
                        host.host(),
                        Optional.of(new DesiredState(
                                host.id(),
                                before.epoch(),
                                revision.apply(before.revision()),
                                Optional.of(decision.node()))),
                        host.observed()));
    }

    @Test
    void nothingIsMadeAnewThatIsSound() {
        assertThat(decided()).isEmpty();
    }

    @Test
    void whatHostsHoldIsOrderedBeforeAnythingIsPermitted() {
        says("cp-a", new MemberReport(1, soundReport(1, Role.LEADER).status(), true), Optional.empty());
        lost("cp-b");
        assertThat(decided()).containsExactly("cp-a 1");
        assertThat(ClusterLoopTest.decide(fleet()).getFirst().node().etcd().known())
                .contains(new HeldMember(7, 1, 1));

        tell("cp-a", UnaryOperator.identity());
        assertThat(decided()).containsExactly("cp-b 2 anew");
        var before = known("cp-a").node().orElseThrow();
        tell("cp-b", Revision::next);
        assertThat(known("cp-a").node()).contains(before);
    }

    /** k0s#8141: there what was asked for was silently forgotten by a restart; here it is a count that only rises. */
    @Test
    void aLostMemberIsPermittedOnceAndNotAgainBeforeItVotes() {
        lost("cp-b");
        assertThat(decided()).containsExactly("cp-b 2 anew");

        tell("cp-b", Revision::next);
        assertThat(decided()).as("permitted").isEmpty();
        says("cp-b", new MemberReport(2, Optional.empty()), Optional.of("ETCD_DATA_LOST"));
        assertThat(decided()).as("begun; the problem is of the order before").isEmpty();
        sound("cp-b", 2, Role.LEARNER);
        lost("cp-c");
        assertThat(decided()).as("learns").isEmpty();
        sound("cp-b", 2, Role.FOLLOWER);
        assertThat(decided()).as("votes").containsExactly("cp-c 2 anew");
    }

    @Test
    void twoThatAreLostLeaveNoQuorum() {
        lost("cp-b");
        lost("cp-c");
        assertThat(decided()).isEmpty();
    }

    /** eks-anywhere#6847: there a reboot took the member out for good. */
    @Test
    void aHostThatIsAwayIsLeftAlone() {
        var away = NOW.minus(Duration.ofMinutes(10));
        says("cp-b", away, new MemberReport(1, Optional.empty()), Optional.of("ETCD_DATA_LOST"), 1, true);
        assertThat(decided()).isEmpty();
    }

    @Test
    void aHostThatIsBackIsNotTakenAtWhatItSaidBefore() {
        lost("cp-b");
        says("cp-c", NOW, soundReport(1, Role.FOLLOWER), Optional.empty(), 0, false);
        assertThat(decided()).isEmpty();
    }

    /** Of a server whose store was restored from a snapshot that is older than the permit. */
    @Test
    void aMemberThatWasMadeAnewByAForgottenPermitIsOrderedSo() {
        says("cp-b", new MemberReport(2, soundReport(2, Role.FOLLOWER).status(), true), Optional.empty());
        assertThat(decided()).containsExactly("cp-b 2");
        tell("cp-b", UnaryOperator.identity());
        assertThat(known("cp-b").node().orElseThrow().etcd().current()).contains(new HeldMember(7, 1, 2));
        assertThat(decided()).isEmpty();
        lost("cp-c");
        assertThat(decided()).as("and its control plane goes on").containsExactly("cp-c 2 anew");
    }

    private void revoke(String id) {
        var found = known(id);
        var host = found.host();
        hosts.put(
                id,
                new FleetHost(
                        new Host(host.id(), host.zone(), host.address(), host.key(), host.enrolled(), true),
                        found.desired(),
                        found.observed()));
    }

    /** Its cluster's declaration is refused from then on, as it names a host that is none any more. */
    @Test
    void membersAreCaredForAlsoWhenANamedHostWasRevoked() {
        revoke("w-1");
        assertThat(decided()).isEmpty();
        lost("cp-b");
        assertThat(decided()).containsExactly("cp-b 2 anew");
        tell("cp-b", Revision::next);
        assertThat(decided()).isEmpty();
    }

    @Test
    void whereNotAllMembersAreKnownAndThereIsNoPlanNothingIsDone() {
        says("cp-a", new MemberReport(1, soundReport(1, Role.LEADER).status(), true), Optional.empty());
        revoke("w-1");
        assertThat(decided()).as("what it holds").containsExactly("cp-a 1");
        hosts.put("cp-c", new FleetHost(known("cp-c").host(), Optional.empty(), Optional.empty()));
        assertThat(decided()).isEmpty();
    }

    @Test
    void anythingElseThatHostsHaveToKnowComesFirst() {
        lost("cp-b");
        hosts.put("w-1", new FleetHost(known("w-1").host(), Optional.empty(), Optional.empty()));
        assertThat(decided()).containsExactly("w-1 1");
    }
}
