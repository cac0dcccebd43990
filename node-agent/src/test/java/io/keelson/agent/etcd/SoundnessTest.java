package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Etcd.Hash;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import io.keelson.agent.os.Probe;
import io.keelson.agent.os.ServiceUnit;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.StepId;
import io.keelson.etcd.EtcdId;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SoundnessTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";
    private static final String C = "192.0.2.3";
    private static final EtcdId OWN = MemoryEtcd.id(A);
    private static final String UNIT = "etcd.service";

    private final MemoryHost host = new MemoryHost();
    private final MemoryEtcd etcd = host.memoryEtcd();
    private final Soundness soundness = soundness(1);

    private static EtcdSpec spec(int incarnation) {
        var members = List.of(member("cp-a", A), member("cp-b", B), member("cp-c", C));
        return new EtcdSpec("prod", members, Optional.of(members.getFirst()), incarnation);
    }

    private static EtcdMember member(String name, String address) {
        return EtcdMember.standard(new NodeName(name), new IpAddress(address));
    }

    private static Soundness soundness(int incarnation) {
        return new Soundness(spec(incarnation), member("cp-a", A), LAYOUT);
    }

    private static MemberIdentity identity(int incarnation) {
        return new MemberIdentity(spec(incarnation), member("cp-a", A), LAYOUT);
    }

    @BeforeEach
    void aMemberThatVotes() {
        List.of(A, B, C).forEach(etcd::voter);
        var note = new MemberNote("prod", "cp-a", 1, "https://" + A + ":2380", Optional.empty(), false)
                .voting(new MemberNote.Ids(MemoryEtcd.CLUSTER, OWN));
        note.write(host, LAYOUT.memberFile());
        note.write(host, LAYOUT.historyFile());
        host.files().put("/etc/systemd/system/" + UNIT, "");
        host.units().start(UNIT);
        host.files().put(LAYOUT.log() + "/0.wal", "x");
        host.programs().succeed(List.of("systemctl", "show"), "0123abcd\n");
        host.programs().succeed(List.of("journalctl"), "");
    }

    private void logSays(String line) {
        etcd.silence(A);
        host.programs().succeed(List.of("journalctl", "_SYSTEMD_INVOCATION_ID=0123abcd"), line);
    }

    private void apply() {
        soundness.apply(host, new SilentActivity());
    }

    private static void refuses(Finding finding, ProblemCode code) {
        assertThat(finding)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(code));
    }

    private void doesNothing(Finding finding, String why) {
        assertThat(finding).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.ETCD_DATA_DIFFERS);
            assertThat(refused.problem().what()).contains(why);
        });
        assertThatThrownBy(this::apply)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_DATA_DIFFERS));
        assertThat(host.files().exists(LAYOUT.corruptFile())).isFalse();
        assertThat(host.units().calls()).doesNotContain("stop " + UNIT);
        assertThat(etcd.changes).isEmpty();
    }

    /** A compaction's check has found that this member's data differ from the others'. */
    private void differ() {
        etcd.corrupt();
        etcd.hash(A, new Hash(7, 0xbad));
    }

    @Test
    void aMemberOfWhichNobodySaysAnythingIsSound() {
        assertThat(soundness.observe(host)).isInstanceOf(Satisfied.class);
        etcd.corrupt();
        etcd.hash(B, new Hash(7, 0xbad));
        assertThat(soundness.observe(host))
                .as("another one is not this one's business")
                .isInstanceOf(Satisfied.class);
        etcd.silence(B);
        assertThat(soundness.observe(host)).as("nor when it is stopped").isInstanceOf(Satisfied.class);
        apply();
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void aMemberThatAMajorityOutvotesIsNotedAndStoppedAndTheAlarmTakenBack() {
        differ();
        assertThat(soundness.observe(host)).isInstanceOf(Needed.class);

        apply();

        assertThat(host.files().exists(LAYOUT.corruptFile())).isTrue();
        assertThat(host.units().calls()).endsWith("stop " + UNIT);
        assertThat(etcd.changes).containsExactly("disarm CORRUPT");
        refuses(soundness.observe(host), ProblemCode.ETCD_DATA_CORRUPT);
        assertThat(identity(1).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(host.files().exists(LAYOUT.log().resolve("0.wal")))
                .as("data are kept until the cluster expects another member")
                .isTrue();
    }

    @Test
    void whatIsCutShortIsDoneWithTheNextRun() {
        differ();
        apply();
        etcd.corrupt();
        assertThat(soundness.observe(host)).as("as if cut before the alarm").isInstanceOf(Needed.class);
        apply();
        host.units().start(UNIT);
        assertThat(soundness.observe(host)).as("as if cut before the stop").isInstanceOf(Needed.class);
        apply();
        refuses(soundness.observe(host), ProblemCode.ETCD_DATA_CORRUPT);

        etcd.silence(B);
        etcd.silence(C);
        refuses(soundness.observe(host), ProblemCode.ETCD_DATA_CORRUPT);
    }

    @Test
    void theAlarmStaysWhileAnotherOneOfThoseThatAreLeftDiffers() {
        differ();
        apply();
        etcd.corrupt();
        etcd.hash(B, new Hash(7, 0xbed));
        assertThatThrownBy(this::apply)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_DATA_DIFFERS));
        assertThat(etcd.changes).containsExactly("disarm CORRUPT");
    }

    @Test
    void theLeadersHostTakesAnAlarmBackOfWhichNothingIsLeft() {
        etcd.corrupt();
        assertThat(soundness.observe(host)).isInstanceOf(Satisfied.class);
        etcd.lead(A);
        assertThat(soundness.observe(host)).isInstanceOf(Needed.class);
        apply();
        assertThat(etcd.changes).containsExactly("disarm CORRUPT");
        assertThat(host.units().calls()).doesNotContain("stop " + UNIT);
    }

    @Test
    void aMemberThatDoesNotStartBecauseItDiffersIsTakenOut() {
        logSays("{\"msg\":\"checkInitialHashKV failed\",\"error\":\"" + OWN
                + " found data inconsistency with peers\"}");
        assertThat(soundness.observe(host)).isInstanceOf(Needed.class);
        apply();
        assertThat(etcd.changes).as("no alarm was raised").isEmpty();
        refuses(soundness.observe(host), ProblemCode.ETCD_DATA_CORRUPT);
    }

    @Test
    void theUnitIsNotTriedForMinutesWhereItCannotStart() {
        var unit = new ServiceUnit(
                new StepId("etcd.member"),
                "run etcd",
                UnitFile.daemon(UNIT, "etcd"),
                List.of(),
                Probe.answers(EtcdPlanner.METRICS_URL + "/health", body -> Optional.empty()),
                Duration.ofMinutes(5));
        var service = new MemberService(unit, spec(1), member("cp-a", A), LAYOUT, new ManualPacer());
        logSays("panic");
        assertThat(service.observe(host)).isInstanceOf(Needed.class);
        logSays(OWN + " found data inconsistency with peers");
        refuses(service.observe(host), ProblemCode.ETCD_DATA_DIFFERS);
    }

    @Test
    void aMemberThatDoesNotStartForAnotherReasonIsNoCase() {
        for (var line : List.of("", "panic", "1f found data inconsistency with peers")) {
            logSays(line);
            assertThat(soundness.observe(host)).as(line).isInstanceOf(Satisfied.class);
        }
        logSays(OWN + " found data inconsistency with peers");
        host.units().stop(UNIT);
        assertThat(soundness.observe(host)).as("nobody tries to start it").isInstanceOf(Satisfied.class);
        host.units().start(UNIT);
        host.programs().answer(List.of("systemctl", "show"), argv -> new Programs.Result(1, "", "no bus"));
        assertThat(soundness.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void aSoundMemberThatDoesNotStartBesideOneThatDiffersIsLeftAsItIs() {
        logSays(OWN + " found data inconsistency with peers");
        etcd.hash(B, new Hash(7, 0xbad));
        assertThat(soundness.observe(host)).isInstanceOf(Needed.class);
        assertThatThrownBy(this::apply).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_DATA_DIFFERS);
            assertThat(e.problem().what()).contains("the others hold");
        });
        assertThat(host.files().exists(LAYOUT.corruptFile())).isFalse();
        assertThat(host.units().calls()).doesNotContain("stop " + UNIT);
    }

    @Test
    void nothingIsDoneWhereNoMajorityHoldsTheSame() {
        differ();
        etcd.silence(C);
        doesNothing(soundness.observe(host), "they hold");
        etcd.hear(C);
        etcd.hash(C, new Hash(7, 0xbed));
        doesNothing(soundness.observe(host), "bed");
    }

    @Test
    void membersThatCompactAreLookedAtAgain() {
        differ();
        etcd.hash(B, new Hash(8, 0xf00));
        refuses(soundness.observe(host), ProblemCode.ETCD_CALL_FAILED);
        assertThat(host.files().exists(LAYOUT.corruptFile())).isFalse();
    }

    @Test
    void byPermitItIsMadeAnewThoughItsDataAreThere() {
        differ();
        apply();
        etcd.changes.clear();

        assertThat(identity(2).observe(host)).isInstanceOf(Needed.class);
        identity(2).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("remove " + OWN, "add " + A);
        assertThat(host.files().exists(LAYOUT.log())).isFalse();
        assertThat(host.files().exists(LAYOUT.corruptFile())).isFalse();
        assertThat(identity(2).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(soundness(2).observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void dataThatDifferGoOnlyWhenTheOthersExpectTheNewMember() {
        differ();
        apply();
        etcd.silence(B);
        assertThatThrownBy(() -> identity(2).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
        assertThat(host.files().exists(LAYOUT.log().resolve("0.wal"))).isTrue();
        assertThat(host.files().exists(LAYOUT.memberFile())).isTrue();
        assertThat(host.files().exists(LAYOUT.corruptFile())).isTrue();
    }

    @Test
    void aDiskThatIsMarkedStaysSoOnAReinstalledHost() {
        differ();
        apply();
        host.files().remove(LAYOUT.historyFile());
        identity(1).apply(host, new SilentActivity());
        assertThat(identity(1).observe(host)).isInstanceOf(Satisfied.class);
        refuses(soundness.observe(host), ProblemCode.ETCD_DATA_CORRUPT);
    }

    @Test
    void aMarkThatIsNoneIsRefused() {
        host.files().put(LAYOUT.corruptFile().toString(), "{");
        refuses(soundness.observe(host), ProblemCode.HOST_STATE_UNREADABLE);
    }

    /** Of a cluster that was begun anew and that nobody has joined yet: there is nobody to differ from. */
    @Test
    void anOnlyVoterTakesTheAlarmBackThoughNobodyElseAnswers() {
        var begun = new MemoryHost();
        begun.memoryEtcd().voter(A);
        begun.memoryEtcd().learner(B, true);
        begun.memoryEtcd().lead(A);
        begun.memoryEtcd().corrupt();
        List.of(B, C).forEach(begun.memoryEtcd()::silence);
        assertThat(soundness.observe(begun)).isInstanceOf(Needed.class);
        soundness.apply(begun, new SilentActivity());
        assertThat(begun.memoryEtcd().changes).containsExactly("disarm CORRUPT");
        assertThat(soundness.observe(begun)).isInstanceOf(Satisfied.class);
        assertThat(begun.files().exists(LAYOUT.corruptFile())).isFalse();
    }

    @Test
    void aMemberThatIsAloneHasNobodyToDifferFrom() {
        var own = member("cp-a", A);
        var alone = new Soundness(EtcdSpec.founding("prod", List.of(own), Optional.of(own)), own, LAYOUT);
        etcd.corrupt();
        assertThat(alone.observe(host)).isInstanceOf(Satisfied.class);
    }
}
