package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.os.ServiceUnit;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.StepId;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of etcd that are given another release of it, each by the step of its host, and back. */
class RealUpgradeTest {
    private static final String NEXT = "3.5.30";

    private final LinuxHost real = new LinuxHost();
    private final Map<EtcdMember, MemoryHost> hosts = new HashMap<>();
    private final List<Role> rolesWhenStopped = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private RealMembers etcd;

    @BeforeEach
    void start(@TempDir Path directory) {
        etcd = new RealMembers(directory);
        etcd.members().forEach(member -> {
            hosts.put(member, new MemoryHost(real.etcd()));
            bring(member, RealMembers.VERSION);
        });
        rolesWhenStopped.clear();
        awaitSound();
    }

    @AfterEach
    void stop() {
        etcd.close();
        real.close();
    }

    private Optional<MemberStatus> status(EtcdMember member) {
        Etcd.Member client = etcd.layout(member).client(member);
        return real.etcd().status(client);
    }

    private void awaitSound() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .allMatch(member ->
                                status(member).filter(MemberStatus::carries).isPresent()));
    }

    private EtcdMember leader() {
        return etcd.members().stream()
                .filter(member -> status(member)
                        .filter(status -> status.role() == Role.LEADER)
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    private List<String> versions() {
        return etcd.members().stream()
                .map(member -> status(member).orElseThrow().version())
                .toList();
    }

    private void bring(EtcdMember member, String version) {
        bring(member, version, () -> {});
    }

    /**
     * The step of a member's host, whose service is a process here.
     *
     * @param meanwhile what happens when the agent has asked all others, and its member does not know yet
     * @param more flags of etcd
     */
    private void bring(EtcdMember member, String version, Runnable meanwhile, String... more) {
        var host = Optional.ofNullable(hosts.get(member)).orElseThrow();
        host.units().onStart(() -> {
            meanwhile.run();
            status(member).ifPresent(status -> rolesWhenStopped.add(status.role()));
            etcd.kill(member);
            etcd.startVersion(version, member, 1, more);
        });
        var unit = UnitFile.daemon("etcd.service", "etcd member").unit("X-Keelson-Binary", version);
        var service = new ServiceUnit(
                new StepId("etcd.member"), "run etcd", unit, List.of(), any -> Optional.empty(), Duration.ofMinutes(1));
        new MemberService(service, etcd.spec(member, 1), member, etcd.layout(member), Pacer.system())
                .apply(host, new SilentActivity());
    }

    private void write() {
        var key = "/upgrade/" + written.size();
        etcd.put(leader(), key);
        written.add(key);
    }

    /** Followers first, the leader last, and all sound in between. */
    private void bringAll(String version) {
        var last = leader();
        var order = new ArrayList<>(etcd.members());
        order.remove(last);
        order.add(last);
        for (var member : order) {
            write();
            bring(member, version);
            write();
            awaitSound();
        }
    }

    @Test
    void allMembersComeToTheNextReleaseAndBackAndTheLeaderHandsOver() {
        bringAll(NEXT);
        assertThat(versions()).containsOnly(NEXT);
        bringAll(RealMembers.VERSION);
        assertThat(versions()).containsOnly(RealMembers.VERSION);

        assertThat(rolesWhenStopped)
                .as("nobody was stopped while it led")
                .hasSize(6)
                .containsOnly(Role.FOLLOWER);
        for (var member : etcd.members()) {
            await().atMost(Duration.ofSeconds(10)).until(() -> written.stream().allMatch(key -> etcd.has(member, key)));
        }
    }

    private Map<String, EtcdId> ids() {
        return real.etcd().members(etcd.layout(leader()).client(leader())).stream()
                .collect(Collectors.toMap(KnownMember::name, KnownMember::id));
    }

    /** talos#8759: there the upgrade of a third node failed at its etcd member, which ended over and over from then on. */
    @Test
    void anUpgradeTakesNobodyOutAndOneThatFailsIsUndoneByTheReleaseOfBefore() {
        var before = ids();
        var last = leader();
        var followers =
                etcd.members().stream().filter(member -> !member.equals(last)).toList();
        bring(followers.getFirst(), NEXT);
        awaitSound();

        bring(followers.getLast(), NEXT, () -> {}, "--no-such-flag");
        write();
        assertThat(status(followers.getLast())).isEmpty();
        isRefused(last, NEXT);
        assertThat(ids()).as("it is a member still").isEqualTo(before);

        bring(followers.getLast(), RealMembers.VERSION);
        awaitSound();
        bring(followers.getLast(), NEXT);
        awaitSound();
        bring(last, NEXT);
        awaitSound();
        assertThat(versions()).containsOnly(NEXT);
        assertThat(ids()).isEqualTo(before);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> written.stream().allMatch(key -> etcd.has(followers.getLast(), key)));
    }

    @Test
    void aMemberThatIsNeededKeepsItsReleaseAndItsProcess() {
        var members = new ArrayList<>(etcd.members());
        var away = members.stream()
                .filter(member -> !member.equals(leader()))
                .findFirst()
                .orElseThrow();
        etcd.kill(away);
        members.remove(away);

        members.forEach(needed -> isRefused(needed, NEXT));
        assertThat(rolesWhenStopped).isEmpty();
        assertThat(status(members.getFirst()).orElseThrow().version()).isEqualTo(RealMembers.VERSION);
    }

    private void isRefused(EtcdMember member, String version) {
        assertThatThrownBy(() -> bring(member, version))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
    }

    /** As after an upgrade of all agents: nobody has permitted anything, and each hears that all members are sound. */
    @Test
    void ofTwoAgentsThatAskAtTheSameMomentOneRestartsItsMember() {
        var members = etcd.members();
        bring(members.getFirst(), NEXT, () -> {
            assertThat(status(members.getFirst()).orElseThrow().carries()).isTrue();
            isRefused(members.get(1), NEXT);
            isRefused(members.get(2), NEXT);
        });
        assertThat(rolesWhenStopped).hasSize(1);
        awaitSound();

        bring(members.get(1), NEXT);
        assertThat(rolesWhenStopped).as("the turn was given back").hasSize(2);
    }

    @Test
    void theTurnOfAnAgentThatWasKilledEndsByItselfAndIsItsOwnUntilThen() {
        var members = etcd.members();
        var client = etcd.layout(members.getFirst()).client(members.getFirst());
        var name = members.getFirst().name().value();
        var time = Duration.ofSeconds(3);
        assertThat(real.etcd().claim(client, Turn.KEY, name, time).holder()).isEqualTo(name);
        var again = real.etcd().claim(client, Turn.KEY, name, time);
        assertThat(again.holder()).isEqualTo(name);
        isRefused(members.get(1), NEXT);
        assertThat(rolesWhenStopped).isEmpty();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> real.etcd().claimed(client, Turn.KEY).isEmpty());
        bring(members.get(1), NEXT);
        assertThat(rolesWhenStopped).hasSize(1);
        awaitSound();
        real.etcd().release(client, again); // is over, and that is no failure
    }

    @Test
    void theSameReleaseStartsNobodyAnew() {
        etcd.members().forEach(member -> bring(member, RealMembers.VERSION));
        assertThat(rolesWhenStopped).isEmpty();
    }
}
