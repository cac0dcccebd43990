package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemberIdentityTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";
    private static final String C = "192.0.2.3";
    private static final String LOG = "/var/lib/etcd/member/wal/0.wal";

    private final MemoryHost host = new MemoryHost();
    private final MemoryEtcd etcd = host.memoryEtcd();
    private final MemberIdentity identity = of("prod", "cp-a", 1);

    private static MemberIdentity of(String token, String member, int incarnation) {
        var own = EtcdMember.standard(new NodeName(member), new IpAddress(A));
        var members = List.of(
                own,
                EtcdMember.standard(new NodeName("cp-y"), new IpAddress(B)),
                EtcdMember.standard(new NodeName("cp-z"), new IpAddress(C)));
        return new MemberIdentity(new EtcdSpec(token, members, Optional.of(own), incarnation), own, LAYOUT);
    }

    private void begin() {
        assertThat(identity.observe(host)).isInstanceOf(Needed.class);
        host.files().directory(LAYOUT.dataDir(), Access.SECRET);
        host.files().put("/var/lib/etcd/lost+found/x", "");
        identity.apply(host, new SilentActivity());
        assertThat(identity.observe(host)).isInstanceOf(Satisfied.class);
        List.of(A, B, C).forEach(etcd::voter);
        host.files().put(LOG, "x");
    }

    private void loseData() {
        host.files().remove(LAYOUT.dataDir());
        refuses(identity.observe(host), ProblemCode.ETCD_DATA_LOST);
    }

    private MemberNote note(Path file) {
        return MemberNote.read(host, file).orElseThrow();
    }

    @Test
    void takesAnEmptyDirectoryAndNeverGivesItBack() {
        begin();
        assertThat(identity.undo()).isInstanceOf(Undo.Impossible.class);
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void refusesDataOfAnotherCluster() {
        begin();
        refuses(of("staging", "cp-a", 1).observe(host), ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void refusesDataOfAnotherMember() {
        begin();
        refuses(of("prod", "cp-b", 1).observe(host), ProblemCode.HOST_FOREIGN_DATA);
        refuses(of("prod", "cp-b", 2).observe(host), ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void refusesDataThatNobodyVouchesFor() {
        host.files().put(LOG, "x");
        refuses(identity.observe(host), ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void refusesToBeginAnewWhenTheDataOfAMemberAreGone() {
        begin();
        loseData();
    }

    @Test
    void foundsNothingWhereTheOrderSaysThatThereWasAMember() {
        List.of(A, B, C).forEach(etcd::voter);
        var reinstalled = of("prod", "cp-a", 2);
        assertThat(reinstalled.observe(host)).isInstanceOf(Needed.class);
        reinstalled.apply(host, new SilentActivity());
        refuses(reinstalled.observe(host), ProblemCode.ETCD_DATA_LOST);
        assertThat(host.files().exists(LAYOUT.memberFile())).isFalse();
        assertThat(etcd.changes).isEmpty();

        var permitted = of("prod", "cp-a", 3);
        permitted.apply(host, new SilentActivity());
        assertThat(permitted.observe(host)).isInstanceOf(Satisfied.class);
        assertThat(etcd.changes).containsExactly("remove " + MemoryEtcd.id(A), "add " + A);
    }

    @Test
    void refusesANoteThatIsNone() {
        begin();
        for (var text : List.of("", "{", "{\"v\":3}", "{\"v\":2,\"cluster\":\"prod\",\"member\":\"cp-a\"}")) {
            host.files().put(LAYOUT.memberFile().toString(), text);
            refuses(identity.observe(host), ProblemCode.HOST_STATE_UNREADABLE);
        }
    }

    @Test
    void goesOnWithTheNotesOfVersion1() {
        var text = "{\"v\":1,\"cluster\":\"prod\",\"member\":\"cp-a\"}\n";
        host.files().put(LAYOUT.memberFile().toString(), text);
        host.files().put(LAYOUT.historyFile().toString(), text);
        assertThat(identity.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void completesAnIdentityThatWasCutShort() {
        begin();
        var ids = new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id(A));
        note(LAYOUT.memberFile()).with(ids).write(host, LAYOUT.memberFile());
        host.files().remove(LAYOUT.historyFile());
        assertThat(identity.observe(host)).isInstanceOf(Needed.class);

        identity.apply(host, new SilentActivity());

        assertThat(identity.observe(host)).isInstanceOf(Satisfied.class);
        assertThat(note(LAYOUT.historyFile()).ids())
                .as("a reinstalled host with its data disk")
                .contains(ids);
        assertThat(host.files().exists(Path.of(LOG))).isTrue();
        assertThat(etcd.changes).isEmpty();
    }

    private void vote() {
        var voting = note(LAYOUT.memberFile()).voting(new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id(A)));
        voting.write(host, LAYOUT.memberFile());
        voting.write(host, LAYOUT.historyFile());
    }

    @Test
    void takesADirectoryInWhichAnAttemptWasCutShort() {
        host.files().put(LAYOUT.unstarted().toString(), "");
        begin();
        assertThat(host.files().exists(LAYOUT.unstarted())).isTrue();
    }

    @Test
    void refusesOthersOfAnotherCluster() {
        begin();
        note(LAYOUT.memberFile())
                .voting(new MemberNote.Ids(new io.keelson.etcd.EtcdId(0xdead), MemoryEtcd.id(A)))
                .write(host, LAYOUT.historyFile());
        host.files().remove(LAYOUT.dataDir());
        changesNothing(ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void whatIsOnlyPartOfTheDataIsNone() {
        begin();
        vote();
        host.files().remove(LAYOUT.log());
        host.files().put("/var/lib/etcd/member/snap/db", "x");
        refuses(identity.observe(host), ProblemCode.ETCD_DATA_LOST);
    }

    @Test
    void aMemberThatHasVotedHasLostItsDataAlsoWhereTheNoteIsLeft() {
        begin();
        host.files().remove(LAYOUT.etcdData());
        assertThat(identity.observe(host)).as("etcd was never started").isInstanceOf(Satisfied.class);
        vote();
        refuses(identity.observe(host), ProblemCode.ETCD_DATA_LOST);

        of("prod", "cp-a", 2).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("remove " + MemoryEtcd.id(A), "add " + A);
        assertThat(note(LAYOUT.memberFile()).voted()).isFalse();
    }

    @Test
    void hostsThatWereAllInstalledAnewKeepTheirDataAndWaitForNobody() {
        begin();
        vote();
        host.files().remove(LAYOUT.historyFile());
        List.of(A, B, C).forEach(etcd::silence);

        var reinstalled = of("prod", "cp-a", 2);
        reinstalled.apply(host, new SilentActivity());

        assertThat(reinstalled.observe(host)).isInstanceOf(Satisfied.class);
        assertThat(note(LAYOUT.historyFile()).ids().orElseThrow().member()).isEqualTo(MemoryEtcd.id(A));
        assertThat(note(LAYOUT.historyFile()).voted()).isTrue();
        assertThat(host.files().exists(Path.of(LOG))).isTrue();
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void becomesANewMemberByPermitOnly() {
        begin();
        loseData();
        var permitted = of("prod", "cp-a", 2);
        assertThat(permitted.observe(host)).isInstanceOf(Needed.class);

        permitted.apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("remove " + MemoryEtcd.id(A), "add " + A);
        assertThat(permitted.observe(host)).isInstanceOf(Satisfied.class);
        assertThat(note(LAYOUT.memberFile())).isEqualTo(note(LAYOUT.historyFile()));
        assertThat(note(LAYOUT.memberFile()).ids().orElseThrow().member()).isNotEqualTo(MemoryEtcd.id(A));
        refuses(identity.observe(host), ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void keepsDataThatCameBackWhileTheOthersStillListTheMember() {
        begin();
        var ids = new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id(A));
        note(LAYOUT.memberFile()).with(ids).write(host, LAYOUT.memberFile());

        var permitted = of("prod", "cp-a", 2);
        permitted.apply(host, new SilentActivity());

        assertThat(permitted.observe(host)).isInstanceOf(Satisfied.class);
        assertThat(note(LAYOUT.memberFile()).ids()).contains(ids);
        assertThat(host.files().exists(Path.of(LOG))).isTrue();
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void dataOfAMemberThatIsNoLongerListedMakeRoom() {
        begin();
        var ids = new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id(A));
        note(LAYOUT.memberFile()).with(ids).write(host, LAYOUT.memberFile());
        etcd.remove(
                new io.keelson.agent.host.Etcd.Member(
                        "https://" + B, LAYOUT.client(identity.own()).tls()),
                ids.member());
        etcd.changes.clear();

        of("prod", "cp-a", 2).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("add " + A);
        assertThat(host.files().exists(Path.of(LOG))).isFalse();
    }

    @Test
    void goesOnWithALearnerThatWasAddedBeforeTheAgentWasKilled() {
        begin();
        loseData();
        etcd.remove(LAYOUT.client(identity.own()), MemoryEtcd.id(A));
        var waiting = etcd.learner(A, false);
        etcd.changes.clear();

        of("prod", "cp-a", 2).apply(host, new SilentActivity());

        assertThat(etcd.changes).isEmpty();
        assertThat(note(LAYOUT.memberFile()).ids().orElseThrow().member()).isEqualTo(waiting);
    }

    /** rke2#347: there a learner that had half joined kept all others out. */
    @Test
    void aLearnerOfOthersThatWasNeverStartedIsInNobodysWay() {
        begin();
        loseData();
        var left = etcd.learner("192.0.2.9", false);

        of("prod", "cp-a", 2).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("remove " + left, "remove " + MemoryEtcd.id(A), "add " + A);
    }

    @Test
    void waitsForALearnerThatIsJoining() {
        begin();
        loseData();
        etcd.learner("192.0.2.9", true);
        changesNothing(ProblemCode.ETCD_MEMBER_CHANGED);
    }

    @Test
    void removesNobodyUnlessTheOthersCarryTheQuorum() {
        begin();
        loseData();
        etcd.silence(B);
        changesNothing(ProblemCode.ETCD_QUORUM_AT_RISK);
        etcd.silence(C);
        changesNothing(ProblemCode.ETCD_QUORUM_AT_RISK);
    }

    private void changesNothing(ProblemCode code) {
        var permitted = of("prod", "cp-a", 2);
        assertThatThrownBy(() -> permitted.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(etcd.changes).isEmpty();
        assertThat(host.files().exists(LAYOUT.memberFile())).isFalse();
        assertThat(note(LAYOUT.historyFile()).incarnation()).isEqualTo(1);
    }

    private static void refuses(Finding finding, ProblemCode code) {
        assertThat(finding).isInstanceOf(Refused.class);
        assertThat(((Refused) finding).problem().code()).isEqualTo(code);
    }
}
