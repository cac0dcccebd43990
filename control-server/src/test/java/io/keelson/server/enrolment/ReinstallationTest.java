package io.keelson.server.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.server.TestAgent;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.Hello;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.JoinToken;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Pem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Hosts that were installed anew and join once more. */
class ReinstallationTest extends EnrolmentFixture {
    private static final HostId CP_A = new HostId("cp-a");

    private void orders(NodeSpec node) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> server.leadership.current().isPresent());
        server.desired.decide(server.leadership.current().orElseThrow(), CP_A, Optional.of(node));
    }

    private String refusedReinstallation() {
        var before = server.hosts.find(CP_A);
        var refused = catchThrowable(() -> TestAgent.join(
                server, request(new TestAgent("cp-a"), reinstallToken("cp-a")).build()));
        assertThat(server.hosts.find(CP_A)).isEqualTo(before);
        return TestAgent.code(refused);
    }

    private void connects() {
        server.observed.connected(
                CP_A,
                "session",
                "s1",
                new Hello("0.1.0", "boot", Facts.NONE, Epoch.NONE, Revision.NONE, Revision.NONE, Optional.empty()),
                clock.instant());
    }

    @Test
    void hostWhoseMemberWasNotSeenToVoteIsNotEnrolledAnew() {
        TestAgent.join(server, request(agent, token()).build());
        orders(TestNodes.node("cp-a", Role.CONTROL_PLANE));
        assertThat(refusedReinstallation())
                .as("it could found the cluster once more")
                .isEqualTo("HOST_TAKEN");
    }

    @Test
    void hostThatIsKnownToHoldAMemberIsEnrolledAnewOnceItsAgentIsGone() {
        TestAgent.join(server, request(agent, token()).build());
        var node = TestNodes.node("cp-a", Role.CONTROL_PLANE).holding(new HeldMember(7, 8, 1));
        orders(node);
        connects();
        assertThat(refusedReinstallation()).isEqualTo("HOST_STILL_CONNECTED");
        passed = Duration.ofSeconds(89);
        assertThat(refusedReinstallation())
                .as("its server may have died with it")
                .isEqualTo("HOST_STILL_CONNECTED");

        server.observed.disconnected(CP_A, "session", clock.instant());
        var reinstalled = new TestAgent("cp-a");
        var answer = TestAgent.join(
                server, request(reinstalled, reinstallToken("cp-a")).build());

        assertThat(server.hosts.find(CP_A).orElseThrow().key())
                .isEqualTo(io.keelson.trust.pki.Keys.spkiDigest(reinstalled.keys.getPublic()));
        var told = server.desired.get(CP_A).orElseThrow();
        assertThat(told.node()).contains(node);
        assertThat(answer.getRevision())
                .as("no order from before its member was known is obeyed")
                .isEqualTo(told.revision().value());
    }

    @Test
    void hostThatWasToJoinWhatWasBegunAnewIsEnrolledAndItsFounderIsNot() {
        TestAgent.join(server, request(agent, token()).build());
        var node = TestNodes.node("cp-a", Role.CONTROL_PLANE);
        var fenced = node.etcd().fencedFor(1);
        orders(node.with(fenced.entering(Optional.of(new Refounding.Origin.Disk()), List.of())));
        assertThat(refusedReinstallation())
                .as("it could begin the cluster once more")
                .isEqualTo("HOST_TAKEN");

        orders(node.with(fenced.entering(Optional.empty(), List.of())));
        var reinstalled = new TestAgent("cp-a");
        TestAgent.join(server, request(reinstalled, reinstallToken("cp-a")).build());
        assertThat(server.hosts.find(CP_A).orElseThrow().key())
                .isEqualTo(io.keelson.trust.pki.Keys.spkiDigest(reinstalled.keys.getPublic()));
    }

    @Test
    void hostThatBecomesAFounderWhileItJoinsIsNotEnrolledAnew() {
        TestAgent.join(server, request(agent, token()).build());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> server.leadership.current().isPresent());
        var epoch = server.leadership.current().orElseThrow();
        var token = reinstallToken("cp-a");
        var founder = Optional.of(TestNodes.node("cp-a", Role.CONTROL_PLANE));
        store.before(Keys.host(CP_A), () -> server.desired.decide(epoch, CP_A, founder));
        var refused = catchThrowable(() ->
                TestAgent.join(server, request(new TestAgent("cp-a"), token).build()));
        assertThat(TestAgent.code(refused)).isEqualTo("HOST_TAKEN");
        assertThat(server.hosts.find(CP_A).orElseThrow().key())
                .isEqualTo(io.keelson.trust.pki.Keys.spkiDigest(agent.keys.getPublic()));
    }

    @Test
    void reinstalledHostIsToldHowFarItWas() {
        var first = TestAgent.join(server, request(agent, token()).build());
        assertThat(first.getEpoch()).isZero();
        assertThat(first.getRevision()).isZero();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> server.leadership.current().isPresent());
        var epoch = server.leadership.current().orElseThrow();
        server.desired.decide(epoch, new HostId("cp-a"), Optional.empty());
        var told = server.desired.get(new HostId("cp-a")).orElseThrow();

        var again = TestAgent.join(
                server, request(new TestAgent("cp-a"), reinstallToken("cp-a")).build());

        assertThat(again.getEpoch()).isEqualTo(epoch.value()).isPositive();
        assertThat(again.getRevision()).isEqualTo(told.revision().value()).isPositive();
    }

    @Test
    void reinstalledHostGetsItsNameForAnotherKey() {
        TestAgent.join(server, request(agent, token()).build());
        var reinstalled = new TestAgent("cp-a");
        var token = reinstallToken("cp-a");
        var answer = TestAgent.join(server, request(reinstalled, token).build());

        var certificate = Pem.certificates(answer.getChain().toByteArray()).getFirst();
        assertThat(HostUri.hostId(certificate)).contains(new HostId("cp-a"));
        assertThat(server.hosts.find(new HostId("cp-a")).orElseThrow().key())
                .isEqualTo(io.keelson.trust.pki.Keys.spkiDigest(reinstalled.keys.getPublic()));
        assertThat(store.list(Keys.HOSTS)).hasSize(1);
        assertThat(server.audit.entries()).extracting("action").endsWith("token.create", "host.reinstall");
        assertThat(TestAgent.join(server, request(reinstalled, token).build()))
                .as("a lost answer")
                .isEqualTo(answer);
        assertThat(refusal(request(new TestAgent("cp-a"), token))).isEqualTo("TOKEN_USED");
    }

    @Test
    void tokenForAReinstallationIsForThatHostAlone() {
        TestAgent.join(server, request(agent, token()).build());
        var other = new TestAgent("cp-b");
        TestAgent.join(server, request(other, token()).build());
        assertThat(refusal(request(new TestAgent("cp-b"), reinstallToken("cp-a"))))
                .isEqualTo("TOKEN_WRONG_HOST");
        assertThat(server.hosts.find(new HostId("cp-b")).orElseThrow().key())
                .isEqualTo(io.keelson.trust.pki.Keys.spkiDigest(other.keys.getPublic()));
    }

    @Test
    void reinstalledHostStaysWhereItIs() {
        TestAgent.join(server, request(agent, token()).build());
        var reinstalled = new TestAgent("cp-a");
        var token = reinstallToken("cp-a");
        for (var elsewhere : List.of(
                request(reinstalled, token).setZone("room-2"),
                request(reinstalled, token).setAddress("192.0.2.99"))) {
            var refused = catchThrowable(() -> TestAgent.join(server, elsewhere.build()));
            assertThat(TestAgent.code(refused)).isEqualTo("HOST_ALREADY_ENROLLED");
            assertThat(TestAgent.problem(refused).getWhat())
                    .containsAnyOf("zone room-1", "address 192.0.2.11")
                    .containsAnyOf("zone room-2", "address 192.0.2.99");
        }
        TestAgent.join(server, request(reinstalled, token).build());
    }

    @Test
    void revokedHostDoesNotComeBackByBeingReinstalled() {
        TestAgent.join(server, request(agent, token()).build());
        server.hosts.revoke("admin", new HostId("cp-a"));
        var refused = catchThrowable(() -> TestAgent.join(
                server, request(new TestAgent("cp-a"), reinstallToken("cp-a")).build()));
        assertThat(TestAgent.code(refused)).isEqualTo("HOST_ALREADY_ENROLLED");
        assertThat(TestAgent.problem(refused).getWhat()).contains("revoked", "for good");
        assertThat(server.hosts.find(new HostId("cp-a")).orElseThrow().revoked())
                .isTrue();
    }

    @Test
    void tokenThatWasMadeBeforeReinstallationsLetsNobodyInTwice() {
        var token = JoinToken.parse(token());
        var key = Keys.token(token.id());
        var old = store.get(key).orElseThrow().text().replace("\"reinstall\":false,", "");
        assertThat(old).doesNotContain("reinstall");
        store.commit(Transaction.always(Write.put(key, old)));
        TestAgent.join(server, request(agent, token()).build());
        assertThat(refusal(request(new TestAgent("cp-a"), token.text()))).isEqualTo("HOST_ALREADY_ENROLLED");
        TestAgent.join(server, request(new TestAgent("cp-b"), token.text()).build());
    }
}
