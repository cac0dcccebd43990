package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.os.Probe;
import io.keelson.agent.os.ServiceUnit;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.StepId;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a member that runs may be started anew. */
class MemberServiceTest {
    private static final String A = MemberMachine.A;
    private static final String B = MemberMachine.B;
    private static final String C = MemberMachine.C;
    private static final String RESTART = "restart " + MemberMachine.UNIT;

    private final MemoryHost host = new MemoryHost();
    private final MemoryEtcd etcd = host.memoryEtcd();

    private static MemberService release(String name) {
        var unit = new ServiceUnit(
                new StepId("etcd.member"),
                "run etcd",
                UnitFile.daemon(MemberMachine.UNIT, name),
                List.of(),
                Probe.answers(EtcdPlanner.METRICS_URL + "/health", body -> Optional.empty()),
                Duration.ofMinutes(5));
        return new MemberService(
                unit, MemberMachine.spec(1), MemberMachine.OWN, MemberMachine.LAYOUT, new ManualPacer());
    }

    /** With one release, and then with another one. */
    private void restart() {
        release("one").apply(host, new SilentActivity());
        assertThat(restarts()).isEqualTo(1);
        release("other").apply(host, new SilentActivity());
    }

    private long restarts() {
        return host.units().calls().stream().filter(RESTART::equals).count();
    }

    @Test
    void aLeaderHandsOverFirst() {
        List.of(A, B, C).forEach(etcd::voter);
        etcd.lead(A);
        restart();
        assertThat(restarts()).isEqualTo(2);
        assertThat(etcd.changes).singleElement().asString().startsWith("move leader to ");
    }

    @Test
    void withoutTheQuorumOfTheOthersItRunsOn() {
        List.of(A, B, C).forEach(etcd::voter);
        etcd.silence(C);
        isRefused(ProblemCode.ETCD_QUORUM_AT_RISK);
    }

    private void isRefused(ProblemCode code) {
        assertThatThrownBy(this::restart)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(restarts()).isEqualTo(1);
    }

    @Test
    void inAnotherMembersTurnItRunsOn() {
        List.of(A, B, C).forEach(etcd::voter);
        etcd.claims.put(Turn.KEY, "cp-b");
        isRefused(ProblemCode.ETCD_QUORUM_AT_RISK);
        assertThat(etcd.claims).containsEntry(Turn.KEY, "cp-b");
    }

    @Test
    void itsOwnTurnOfBeforeItsAgentWasKilledIsTakenAgainAndEnds() {
        List.of(A, B, C).forEach(etcd::voter);
        etcd.claims.put(Turn.KEY, "cp-a");
        restart();
        assertThat(restarts()).isEqualTo(2);
        assertThat(etcd.claims).isEmpty();
    }

    @Test
    void aTurnThatCameToNothingEndsAtOnce() {
        List.of(A, B, C).forEach(etcd::voter);
        etcd.silence(C);
        isRefused(ProblemCode.ETCD_QUORUM_AT_RISK);
        assertThat(etcd.claims).isEmpty();
    }

    /** In a full database no turn can be taken, and what restarts a member may be what gives it room. */
    @Test
    void aFullDatabaseKeepsNoMemberFromItsReleaseButATurnOfBeforeDoes() {
        List.of(A, B, C).forEach(etcd::voter);
        etcd.full(100);
        etcd.claims.put(Turn.KEY, "cp-b");
        isRefused(ProblemCode.ETCD_QUORUM_AT_RISK);
        etcd.claims.clear();
        release("other").apply(host, new SilentActivity());
        assertThat(restarts()).isEqualTo(2);
    }

    /** Begun anew, and others have not joined yet: there is nobody to ask. */
    @Test
    void anOnlyVoterIsStartedAnewThoughNobodyElseAnswers() {
        etcd.voter(A);
        etcd.learner(B, true);
        etcd.lead(A);
        List.of(B, C).forEach(etcd::silence);
        restart();
        assertThat(restarts()).isEqualTo(2);
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void oneThatCarriesNothingIsStartedHoweverTheOthersAre() {
        List.of(A, B, C).forEach(etcd::silence);
        restart();
        assertThat(restarts()).isEqualTo(2);
    }

    /** It carries nothing, and will by itself: that is no reason to take it down whoever is away. */
    @Test
    void oneThatIsBeingDefragmentedIsNeeded() {
        List.of(A, B, C).forEach(etcd::voter);
        etcd.silence(C);
        etcd.beingDefragmented(A);
        HostFile.text(MemberMachine.LAYOUT.arriving().resolve("db.tmp.123"), "half")
                .write(host);
        isRefused(ProblemCode.ETCD_QUORUM_AT_RISK);
    }
}
