package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpkeepTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";
    private static final String C = "192.0.2.3";

    private final MemoryHost host = new MemoryHost();
    private final MemoryEtcd etcd = host.memoryEtcd();
    private final Function<List<String>, Programs.Result> etcdutl = argv -> {
        etcd.rewrite(A);
        return new Programs.Result(0, "", "");
    };

    private static EtcdMember member(String name, String address) {
        return EtcdMember.standard(new NodeName(name), new IpAddress(address));
    }

    private static Upkeep ordered(int defragmentation, int leadership) {
        return ordered(defragmentation, leadership, new ManualPacer());
    }

    private static Upkeep ordered(int defragmentation, int leadership, ManualPacer pacer) {
        var own = member("cp-a", A);
        var members = List.of(own, member("cp-b", B), member("cp-c", C));
        var upkeep = new EtcdUpkeep(defragmentation, leadership);
        return new Upkeep(new EtcdSpec("prod", members, Optional.of(own), 1, upkeep), own, LAYOUT, pacer);
    }

    private Optional<EtcdUpkeep> noted() {
        return UpkeepNote.read(host, LAYOUT.upkeepFile());
    }

    @BeforeEach
    void members() {
        List.of(A, B, C).forEach(address -> {
            etcd.voter(address);
            etcd.size(address, 1000, 200);
        });
        etcd.lead(C);
        stops(etcdutl);
    }

    /** What systemd says of the unit in which the member is defragmented. */
    private void stops(Function<List<String>, Programs.Result> unit) {
        host.programs().answer(List.of("systemd-run"), unit);
    }

    @Test
    void whatWasOrderedOfOtherDataIsNotCaughtUpOn() {
        assertThat(ordered(4, 2).observe(host)).isInstanceOf(Needed.class);
        ordered(4, 2).apply(host, new SilentActivity());
        assertThat(etcd.changes).isEmpty();
        assertThat(noted()).contains(new EtcdUpkeep(4, 2));
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
            assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
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
        assertThat(etcd.claims).as("it is given back").isEmpty();

        etcd.answer(C, () -> {
            pacer.advance(Duration.ofMinutes(2));
            return Optional.of(etcd.status(C));
        });
        upkeep.apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("rewrite " + A);
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
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
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
        assertThat(noted()).contains(new EtcdUpkeep(1, 0));
    }

    @Test
    void aFullDatabaseWaitsForTheQuorum() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.full(100);
        List.of(B, C).forEach(etcd::silence);
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
        assertThat(etcd.changes).isEmpty();
    }

    /** It runs on with what it had; to be stopped again and again would be worse. */
    @Test
    void whatEtcdutlCannotDoIsSaidOnceAndCounted() {
        ordered(0, 0).apply(host, new SilentActivity());
        fails("panic: page 7 already freed", () -> {});
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_CALL_FAILED);
                    assertThat(e.problem().what()).contains("page 7 already freed");
                });
        assertThat(noted()).contains(new EtcdUpkeep(1, 0));
        assertThat(ordered(1, 0).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(etcd.claims).as("the turn is given back").isEmpty();
    }

    private void fails(String words, Runnable meanwhile) {
        host.files().put("/etc/systemd/system/" + LAYOUT.unit(), "[Service]\n");
        host.programs().succeed(List.of("journalctl"), words);
        stops(argv -> {
            meanwhile.run();
            return new Programs.Result(1, "", "");
        });
    }

    /** A start of etcd removes it. */
    @Test
    void whatWasLeftOfANewDatabaseIsNoFullDisk() {
        ordered(0, 0).apply(host, new SilentActivity());
        fails("killed", () -> host.files().usable(0));
        host.units().onRun(unit -> host.files().usable(100L << 30));
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_CALL_FAILED));
        assertThat(noted()).as("it is not begun for ever").contains(new EtcdUpkeep(1, 0));
    }

    /** Somebody else has filled the disk meanwhile. */
    @Test
    void whatHadNoRoomInTheEndIsDoneWhenThereIsSome() {
        ordered(0, 0).apply(host, new SilentActivity());
        fails("no space left on device", () -> host.files().usable(0));
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_DISK_FULL));
        assertThat(noted()).contains(EtcdUpkeep.NONE);

        host.files().usable(100L << 30);
        stops(etcdutl);
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("rewrite " + A);
        assertThat(noted()).contains(new EtcdUpkeep(1, 0));
    }

    @Test
    void defragmentsOnceForEachPermit() {
        ordered(0, 0).apply(host, new SilentActivity());
        assertThat(ordered(1, 0).observe(host)).isInstanceOf(Needed.class);

        ordered(1, 0).apply(host, new SilentActivity());

        assertThat(etcd.changes).containsExactly("rewrite " + A);
        assertThat(ordered(1, 0).observe(host)).isInstanceOf(Satisfied.class);
        assertThat(noted()).contains(new EtcdUpkeep(1, 0));
    }

    @Test
    void aLeaderHandsOverFirstAndToTheOneThatIsFurthest() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.lead(A);
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(etcd.changes).hasSize(2).last().isEqualTo("rewrite " + A);
        assertThat(etcd.changes.getFirst())
                .startsWith("move leader to ")
                .doesNotContain(MemoryEtcd.id(A).toString());
    }

    @Test
    void takesTheLeadershipWhenItIsToLead() {
        ordered(0, 0).apply(host, new SilentActivity());
        ordered(0, 1).apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("move leader to " + MemoryEtcd.id(A));
        assertThat(noted()).contains(new EtcdUpkeep(0, 1));

        ordered(0, 2).apply(host, new SilentActivity());
        assertThat(etcd.changes).as("it leads already").hasSize(1);
        assertThat(noted()).contains(new EtcdUpkeep(0, 2));
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
        assertThat(noted()).contains(EtcdUpkeep.NONE);
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
    void whereTheNewDatabaseHasNoRoomNothingIsBegun() {
        ordered(0, 0).apply(host, new SilentActivity());
        etcd.lead(A);
        host.files().usable((64L << 20) + 199);
        assertThatThrownBy(() -> ordered(1, 0).apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_DISK_FULL));
        assertThat(etcd.changes).as("not even the leadership").isEmpty();
        assertThat(noted()).contains(EtcdUpkeep.NONE);

        host.files().usable((64L << 20) + 200);
        ordered(1, 0).apply(host, new SilentActivity());
        assertThat(noted()).contains(new EtcdUpkeep(1, 0));
    }

    @Test
    void whatDoesNotReadAsANoteIsRefused() {
        for (var broken : List.of("", "{}", "{\"v\":2}", "{\"v\":1,\"defragmentation\":-1,\"leadership\":0}", "x")) {
            host.files().put(LAYOUT.upkeepFile().toString(), broken);
            assertThat(ordered(1, 0).observe(host))
                    .as(broken)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused ->
                                    assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
        }
    }

    @Test
    void aMemberThatIsAloneMayBeDefragmented() {
        var own = member("cp-a", A);
        host.files().put(LAYOUT.upkeepFile().toString(), "{\"v\":1,\"defragmentation\":0,\"leadership\":0}");
        new Upkeep(
                        new EtcdSpec("one", List.of(own), Optional.of(own), 1, new EtcdUpkeep(1, 0)),
                        own,
                        LAYOUT,
                        new ManualPacer())
                .apply(host, new SilentActivity());
        assertThat(etcd.changes).containsExactly("defragment " + A);
    }

    /** Of a cluster that was begun anew and that nobody has joined yet. */
    @Test
    void anOnlyVoterIsDefragmentedThoughNobodyElseAnswers() {
        var begun = new MemoryHost();
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
