package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.UpkeepCase.A;
import static io.keelson.agent.etcd.UpkeepCase.B;
import static io.keelson.agent.etcd.UpkeepCase.C;
import static io.keelson.agent.etcd.UpkeepCase.ordered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A member that is full, or votes alone, keeps its clients while it is defragmented. */
class UpkeepAmongClientsTest {
    private final UpkeepCase member = new UpkeepCase();
    private final MemoryHost host = member.host;
    private final MemoryEtcd etcd = member.etcd;

    @Test
    void aMemberThatIsAwayIsNoReasonToLeaveADatabaseFull() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.silence(C);
        etcd.lead(A);
        var upkeep = ordered(1, 0);
        assertThatThrownBy(() -> upkeep.apply(host, new SilentActivity()))
                .as("it is not full")
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
        etcd.full(100);

        upkeep.apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("move leader to " + MemoryEtcd.id(B), "defragment " + A);
        assertThat(upkeep.pacer().nanos()).as("it may just be restarted").isGreaterThan(Upkeep.RESTART.toNanos());
    }

    /** It is being defragmented by its own permit, or just begins: two are never down by our doing. */
    @Test
    void aMemberThatIsThereAndCarriesNothingIsNotPassedOver() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.full(100);
        etcd.lead(B);
        etcd.beingDefragmented(C);
        member.waitsForTheQuorum(ordered(1, 0));
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void aMemberThatCameToLeadWhileItWaitedHandsOver() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.full(100);
        etcd.lead(B);
        var looks = new AtomicInteger();
        etcd.answer(C, () -> {
            if (looks.incrementAndGet() < 3) {
                return Optional.empty();
            }
            etcd.lead(A);
            return Optional.of(etcd.status(C));
        });
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).hasSize(2).first().asString().startsWith("move leader to ");
    }

    @Test
    void oneThatLastsLongerThanAnybodyWaitsIsCounted() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.slow();
        etcd.full(100);
        var upkeep = ordered(1, 0);
        upkeep.apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("defragment " + A);
        assertThat(host.programs().runs()).as("nobody is kept away").isEmpty();
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
    }

    @Test
    void aFullDatabaseWaitsForTheQuorum() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.full(100);
        List.of(B, C).forEach(etcd::silence);
        member.waitsForTheQuorum(ordered(1, 0));
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void aMemberThatIsAloneMayBeDefragmented() {
        var own = UpkeepCase.member("cp-a", A);
        host.files().put(UpkeepCase.LAYOUT.upkeepFile().toString(), "{\"v\":1,\"defragmentation\":0,\"leadership\":0}");
        new Upkeep(
                        new EtcdSpec("one", List.of(own), Optional.of(own), 1, new EtcdUpkeep(1, 0)),
                        own,
                        UpkeepCase.LAYOUT,
                        new ManualPacer())
                .apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("defragment " + A);
    }

    /** Of a cluster that was begun anew and that nobody has joined yet. */
    @Test
    void anOnlyVoterIsDefragmentedThoughNobodyElseAnswers() {
        var begun = new MemoryHost();
        begun.memoryEtcd().onHostOf(A);
        begun.memoryEtcd().voter(A);
        begun.memoryEtcd().learner(B, true);
        begun.memoryEtcd().size(A, 1000, 200);
        begun.memoryEtcd().lead(A);
        List.of(B, C).forEach(begun.memoryEtcd()::silence);
        ordered(0, 0).apply(begun, new SilentActivity());

        ordered(1, 0).apply(begun, new SilentActivity());

        assertThat(begun.memoryEtcd().changes).containsExactly("defragment " + A);
        assertThat(ordered(1, 0).observe(begun)).isInstanceOf(Satisfied.class);
    }
}
