package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.apiproxy.LoopbackServer;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.loopback.FreePort;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of a member against etcd itself; only the host's files are in memory, and its units are the test. */
class RealMembersTest {
    private static final long ARRIVING = 8 << 20;
    private static final String RECEIVED = "etcd_network_snapshot_receive_success";

    private final LinuxHost real = new LinuxHost();
    private final MemoryHost host = new MemoryHost(real.etcd());
    private RealMembers etcd;
    private EtcdMember a;
    private EtcdMember b;

    @BeforeEach
    void start(@TempDir Path directory) {
        etcd = new RealMembers(directory);
        a = etcd.members().getFirst();
        b = etcd.members().get(1);
        etcd.members().forEach(member -> etcd.start(member, 1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .allMatch(member ->
                                status(member).filter(MemberStatus::carries).isPresent()));
    }

    @AfterEach
    void stop() {
        etcd.close();
        real.close();
    }

    private Etcd.Member client(EtcdMember member) {
        return etcd.layout(member).client(member);
    }

    private Optional<MemberStatus> status(EtcdMember member) {
        return real.etcd().status(client(member));
    }

    private MemberIdentity identity(int incarnation) {
        return new MemberIdentity(etcd.spec(b, incarnation), b, etcd.layout(b));
    }

    private Membership membership(int incarnation) {
        return new Membership(etcd.spec(b, incarnation), b, etcd.layout(b), Pacer.system());
    }

    @Test
    void membersSayWhatTheyAreAndWhetherThereIsAMajority() {
        var all = etcd.members().stream()
                .map(this::status)
                .map(Optional::orElseThrow)
                .toList();
        assertThat(all).extracting(MemberStatus::role).containsOnlyOnce(Role.LEADER);
        assertThat(all)
                .extracting(MemberStatus::cluster)
                .hasSize(3)
                .containsOnly(all.getFirst().cluster());
        assertThat(all).allSatisfy(status -> {
            assertThat(status.version()).isEqualTo("3.5.16");
            assertThat(status.alarms()).isEmpty();
            assertThat(status.members())
                    .extracting(KnownMember::name)
                    .containsExactlyInAnyOrder("cp-a", "cp-b", "cp-c");
            assertThat(status.dbBytes())
                    .isGreaterThanOrEqualTo(status.dbInUseBytes())
                    .isPositive();
        });

        etcd.kill(b);
        etcd.kill(etcd.members().getLast());

        assertThat(status(b)).isEmpty();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(a).filter(left -> !left.quorum()).isPresent());
        assertThatThrownBy(() -> real.etcd().members(client(a)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_CALL_FAILED));
    }

    /** rke2#2088, k3s#10408: there a node that was built anew was refused, as its name was listed already. */
    @Test
    void aMemberWhoseDiskIsEmptyComesBackAsALearnerAndVotesAgain() {
        identity(1).apply(host, new SilentActivity());
        membership(1).apply(host, new SilentActivity());
        assertThat(membership(1).observe(host)).isInstanceOf(Satisfied.class);
        var before = status(b).orElseThrow();
        etcd.kill(b);
        host.files().remove(etcd.data(b));
        host.files().directory(etcd.data(b), Access.SECRET);

        // etcd adds nobody before its members have been connected for five seconds; the agent tries again as well.
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThatCode(() -> identity(2).apply(host, new SilentActivity())).doesNotThrowAnyException();
        });

        var listed = real.etcd().members(client(a)).stream()
                .filter(member -> member.peerUrls().contains(b.peerUrl()))
                .toList();
        assertThat(listed).singleElement().satisfies(member -> {
            assertThat(member.learner()).isTrue();
            assertThat(member.started()).isFalse();
            assertThat(member.id()).isNotEqualTo(before.id());
        });
        identity(2).apply(host, new SilentActivity()); // as after a crash

        emptyReally(etcd.data(b));
        etcd.start(b, 2);
        membership(2).apply(host, new SilentActivity());

        assertThat(membership(2).observe(host)).isInstanceOf(Satisfied.class);
        var now = status(b).orElseThrow();
        assertThat(now.id()).isEqualTo(listed.getFirst().id());
        assertThat(now.carries()).isTrue();
        assertThat(real.etcd().members(client(a))).hasSize(3).noneMatch(KnownMember::learner);
        assertThat(MemberNote.read(host, etcd.layout(b).historyFile())
                        .orElseThrow()
                        .ids())
                .contains(new MemberNote.Ids(now.cluster(), now.id()));
        real.etcd().remove(client(a), before.id()); // it is gone, and that is no failure
        assertThat(real.etcd().promote(client(a), now.id()))
                .as("it votes already")
                .isTrue();
    }

    /** If the one that is gone led, what is written before the others have elected is lost with it or times out. */
    private void awaitElection(MemberStatus gone) {
        await("the others have a leader")
                .atMost(Duration.ofSeconds(30))
                .until(() -> status(a)
                        .filter(MemberStatus::quorum)
                        .filter(now ->
                                now.leader() != 0 && now.leader() != gone.id().bits())
                        .isPresent());
    }

    @Test
    void aReinstalledHostWithItsDiskIsTheSameMemberAndNeedsNoSnapshot() {
        identity(1).apply(host, new SilentActivity());
        membership(1).apply(host, new SilentActivity());
        host.files().put(etcd.layout(b).log().resolve("0.wal").toString(), "as on the real disk");
        var before = status(b).orElseThrow();
        etcd.writeMuch(a);
        etcd.kill(b);
        awaitElection(before);
        etcd.put(a, "/meanwhile");

        host.files().remove(etcd.layout(b).historyFile());
        etcd.renewKeys();
        var ordered = etcd.known(b, 1, before);
        var identity = new MemberIdentity(ordered, b, etcd.layout(b));
        assertThat(identity.observe(host)).isInstanceOf(Needed.class);
        identity.apply(host, new SilentActivity());
        assertThat(identity.observe(host)).isInstanceOf(Satisfied.class);
        etcd.start(b, 1);
        var membership = new Membership(ordered, b, etcd.layout(b), Pacer.system());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(membership.observe(host)).isInstanceOf(Satisfied.class));

        assertThat(status(b).orElseThrow().id()).isEqualTo(before.id());
        await().atMost(Duration.ofSeconds(10)).until(() -> etcd.has(b, "/meanwhile"));
        assertThat(etcd.metric(b, "etcd_server_has_leader")).isEqualTo(1);
        assertThat(etcd.metric(b, RECEIVED)).as("it went on with the log").isZero();

        // The same on an empty disk, so that it is seen what the number would say.
        etcd.kill(b);
        host.files().remove(etcd.data(b));
        emptyReally(etcd.data(b));
        var permitted = new MemberIdentity(ordered.incarnated(2), b, etcd.layout(b));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThatCode(() -> permitted.apply(host, new SilentActivity())).doesNotThrowAnyException();
        });
        etcd.start(b, 2);
        membership(2).apply(host, new SilentActivity());
        assertThat(status(b).orElseThrow().id()).isNotEqualTo(before.id());
        assertThat(etcd.metric(b, RECEIVED)).isEqualTo(1);
    }

    /** Nothing else tells of it: a large database on a slow connection would be taken for a learner that stands still. */
    @Test
    void whatALearnerReceivesIsSeenWhileItDoesNotAnswer() throws IOException {
        identity(1).apply(host, new SilentActivity());
        membership(1).apply(host, new SilentActivity());
        for (int i = 0; i < 60; i++) {
            assertThat(etcd.put(a, "/large/" + i, new byte[1 << 20])).startsWith("acknowledged");
        }
        etcd.writeMuch(a);
        var before = status(b).orElseThrow();
        etcd.kill(b);
        awaitElection(before);
        host.files().remove(etcd.data(b));
        emptyReally(etcd.data(b));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThatCode(() -> identity(2).apply(host, new SilentActivity())).doesNotThrowAnyException();
        });
        int behind = FreePort.next();
        try (var link = LoopbackServer.start(b.peerPort(), new StuckLink(behind, ARRIVING))) {
            etcd.start(b, 2, "--listen-peer-urls=https://127.0.0.1:" + behind);

            // Its sender gives up a connection that stands still and begins anew: there is more than one moment to see
            // it.
            await().atMost(Duration.ofSeconds(60)).until(() -> membership(2).received(real) > ARRIVING / 2);
            assertThat(status(b)).isEmpty();
            assertThat(etcd.metric(b, RECEIVED)).isZero();
        }
    }

    private static void emptyReally(Path data) {
        try (var all = java.nio.file.Files.walk(data)) {
            all.sorted(java.util.Comparator.reverseOrder())
                    .map(Path::toFile)
                    .forEach(file ->
                            assertThat(file.delete()).as(file.toString()).isTrue());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void nothingIsChangedWhereTheOthersDoNotCarryTheQuorum() {
        identity(1).apply(host, new SilentActivity());
        var listed = real.etcd().members(client(a));
        etcd.kill(b);
        etcd.kill(etcd.members().getLast());
        host.files().remove(etcd.data(b));

        assertThatThrownBy(() -> identity(2).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));

        etcd.start(etcd.members().getLast(), 1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(a).filter(MemberStatus::carries).isPresent());
        assertThat(real.etcd().members(client(a))).isEqualTo(listed);
    }
}
