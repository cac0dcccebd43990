package io.keelson.agent.etcd;

import static io.keelson.agent.etcd.UpkeepCase.A;
import static io.keelson.agent.etcd.UpkeepCase.B;
import static io.keelson.agent.etcd.UpkeepCase.C;
import static io.keelson.agent.etcd.UpkeepCase.ordered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpkeepTest {
    private final UpkeepCase member = new UpkeepCase();
    private final MemoryHost host = member.host;
    private final MemoryEtcd etcd = member.etcd;

    @Test
    void whatWasOrderedOfOtherDataIsNotCaughtUpOn() {
        assertThat(ordered(4, 2).observe(host)).isInstanceOf(Needed.class);
        ordered(4, 2).apply(host, new SilentActivity());
        assertThat(etcd.changes).isEmpty();
        assertThat(member.noted()).contains(new EtcdUpkeep(4, 2));
        assertThat(ordered(4, 2).observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void nothingIsDefragmentedInAnotherMembersTurn() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.claims.put(Turn.KEY, "cp-b");
        for (var full : List.of(false, true)) {
            if (full) {
                etcd.full(100);
            }
            member.waitsForTheQuorum(ordered(1, 0));
        }
        assertThat(etcd.changes).isEmpty();

        etcd.claims.clear();
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).as("though no turn can be taken").containsExactly("defragment " + A);
    }

    /** By then it may be another member's, whose agent found all sound. */
    @Test
    void aTurnThatWasSleptThroughIsNotUsed() {
        ordered(0, 0).apply(host, new SilentActivity());
        var pacer = new ManualPacer();
        var upkeep = ordered(1, 0, pacer);
        etcd.answer(C, () -> {
            pacer.advance(Duration.ofMinutes(2).plusNanos(1));
            return Optional.of(etcd.status(C));
        });
        assertThatThrownBy(() -> upkeep.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().what()).contains("its turn was over"));
        assertThat(etcd.changes).isEmpty();
        assertThat(host.programs().runs()).as("no client was kept away").isEmpty();
        assertThat(etcd.claims).as("it is given back").isEmpty();

        etcd.answer(C, () -> {
            pacer.advance(Duration.ofMinutes(2));
            return Optional.of(etcd.status(C));
        });
        upkeep.apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("defragment " + A);
    }

    /** Of a member that is down for the longest time that it may be, and begins at the last moment. */
    @Test
    void aTurnLastsUntilTheMemberIsBack() {
        ordered(0, 0).apply(host, new SilentActivity());
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.claimed)
                .singleElement()
                .satisfies(lease -> assertThat(lease)
                        .isGreaterThanOrEqualTo(Duration.ofMinutes(2).plus(Etcd.DEFRAGMENTATION)));
    }

    @Test
    void defragmentsOnceForEachPermit() {
        ordered(0, 0).apply(host, new SilentActivity());
        assertThat(ordered(1, 0).observe(host)).isInstanceOf(Needed.class);

        ordered(1, 0).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("defragment " + A);
        assertThat(ordered(1, 0).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(member.noted()).contains(new EtcdUpkeep(1, 0));
    }

    @Test
    void aLeaderHandsOverFirstAndToTheOneThatIsFurthest() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.lead(A);
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).hasSize(2).last().isEqualTo("defragment " + A);
        assertThat(etcd.changes.getFirst())
                .startsWith("move leader to ")
                .doesNotContain(MemoryEtcd.id(A).toString());
    }

    /** A member that is defragmented holds every call until it is done; a change of leaders loses what was just asked for. */
    @Test
    void clientsAreKeptAwayBefore() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.lead(A);
        var told = new ArrayList<String>();
        ordered(1, 0)
                .apply(host, new SilentActivity(text -> told.add(text.split(" ", 2)[0] + " " + member.gate.isShut())));
        assertThat(told).containsExactly("keeping false", "handing true", "defragmenting true", "0.0 true");
        assertThat(member.gate.isShut()).as("afterwards they are let in").isFalse();
    }

    @Test
    void takesTheLeadershipWhenItIsToLead() {
        ordered(0, 0).apply(host, new SilentActivity());
        ordered(0, 1).apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("move leader to " + MemoryEtcd.id(A));
        assertThat(member.noted()).contains(new EtcdUpkeep(0, 1));

        ordered(0, 2).apply(host, new SilentActivity());
        assertThat(etcd.changes).as("it leads already").hasSize(1);
        assertThat(member.noted()).contains(new EtcdUpkeep(0, 2));
    }

    @Test
    void beginsNothingUnlessTheOthersCarryTheQuorum() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.silence(B);
        for (var permitted : List.of(ordered(1, 0), ordered(0, 1))) {
            assertThatThrownBy(() -> permitted.apply(host, new SilentActivity()))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
        }
        assertThat(etcd.changes).isEmpty();
        assertThat(member.noted()).contains(EtcdUpkeep.NONE);
    }

    @Test
    void anUnsoundMemberIsNotDefragmented() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.silence(A);
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOf(ProblemException.class);
        assertThat(etcd.changes).isEmpty();
    }

    @Test
    void whatDoesNotReadAsANoteIsRefused() {
        for (var broken : List.of("", "{}", "{\"v\":2}", "{\"v\":1,\"defragmentation\":-1,\"leadership\":0}", "x")) {
            host.files().put(UpkeepCase.LAYOUT.upkeepFile().toString(), broken);
            assertThat(ordered(1, 0).observe(host))
                    .as(broken)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused ->
                                    assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
        }
    }
}
