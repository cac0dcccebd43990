package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Units;
import io.keelson.agent.host.wal.SampleLog;
import io.keelson.agent.host.wal.WriteAheadLog;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A last member that runs alone, for what its log holds, and the fence that may find it so. */
class LastMemberTest {
    private static final EtcdLayout LAYOUT = MemberMachine.LAYOUT;
    private static final String UNIT = LastMember.UNIT;
    private static final Path SEGMENT = LAYOUT.log().resolve("0000000000000000-0000000000000000.wal");
    private static final Path UNIT_FILE = Path.of("/etc/systemd/system/" + UNIT);
    private static final int ENTRIES = 40;

    private final MemoryHost host = new MemoryHost();
    private final ManualPacer pacer = new ManualPacer();
    private final List<String> command = new ArrayList<>();

    @BeforeEach
    void aLogOfWhichTheEndWasNotKnownToCount() {
        host.files().write(SEGMENT, SampleLog.of(ENTRIES, 30), Access.SECRET);
        host.memoryEtcd()
                .answer("127.0.0.1", () -> runs() ? Optional.of(new MemberMachine().alone()) : Optional.empty());
    }

    private boolean runs() {
        return host.units().state(UNIT).filter(Units.State::running).isPresent();
    }

    private LastMember last() {
        return new LastMember(
                LAYOUT,
                argv -> {
                    command.clear();
                    command.addAll(argv);
                    return UnitFile.daemon(UNIT, "alone").exec("ExecStart", argv);
                },
                List.of("/x/etcd", "--name=cp-a", "--listen-client-urls=https://192.0.2.1:2379", "--initial-cluster=x"),
                pacer);
    }

    private void finish() {
        last().finish(host, new SilentActivity());
    }

    private void fails(ProblemCode code) {
        assertThatThrownBy(this::finish)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(runs()).isFalse();
        assertThat(host.files().exists(UNIT_FILE)).isFalse();
    }

    private long committed() {
        return WriteAheadLog.read(host.files(), LAYOUT.log())
                .orElseThrow()
                .state()
                .commit();
    }

    @Test
    void allOfItsLogCountsAndNobodyElseReachesItMeanwhile() {
        finish();
        assertThat(committed()).isEqualTo(ENTRIES);
        assertThat(command)
                .contains("--name=cp-a", "--force-new-cluster", "--listen-client-urls=https://127.0.0.1:2379")
                .as("it waits for nobody")
                .containsOnlyOnce("--election-timeout=50")
                .noneMatch(argument -> argument.contains("192.0.2.1") || argument.startsWith("--initial-cluster="));
        assertThat(host.units().calls()).containsSubsequence("start " + UNIT, "stop " + UNIT);
        assertThat(runs()).isFalse();
        assertThat(host.files().exists(UNIT_FILE)).isFalse();
    }

    /** What it took in is in its memory until it ends by itself. */
    @Test
    void oneThatWasKilledAtItsEndDoesItOnceMore() {
        host.units().onStop(() -> host.units().crash(UNIT));
        fails(ProblemCode.ETCD_CALL_FAILED);
        host.units().onStop(() -> {});
        finish();
        assertThat(host.units().calls().stream().filter(call -> call.equals("start " + UNIT)))
                .hasSize(2);
    }

    @Test
    void oneThatDoesNotComeToItsWorkIsStoppedAgain() {
        host.memoryEtcd().silence("127.0.0.1");
        fails(ProblemCode.ETCD_CALL_FAILED);
        assertThat(pacer.nanos()).isGreaterThan(java.time.Duration.ofMinutes(10).toNanos());
    }

    @Test
    void withoutAWholeLogNothingIsStarted() {
        var bytes = host.files().read(SEGMENT).orElseThrow();
        bytes[40] ^= 1;
        host.files().write(SEGMENT, bytes, Access.SECRET);
        fails(ProblemCode.ETCD_LOG_CORRUPT);
        assertThat(host.files().read(SEGMENT).orElseThrow()).isEqualTo(bytes);
        host.files().remove(SEGMENT);
        fails(ProblemCode.ETCD_NOTHING_LEFT);
        assertThat(host.units().calls()).doesNotContain("start " + UNIT);
    }

    /** The agent was killed while it ran, and another founder was chosen. */
    @Test
    void oneThatRunsStillIsStoppedByTheFence() {
        host.files().put(UNIT_FILE + "", "[Service]\n");
        host.units().start(UNIT);
        var fence = EtcdPlanner.fence(spec(), LAYOUT);
        assertThat(fence.observe(host)).isInstanceOf(Needed.class);

        fence.apply(host, new SilentActivity());

        assertThat(runs()).isFalse();
        assertThat(host.files().exists(UNIT_FILE)).isFalse();
        assertThat(host.files().exists(SEGMENT)).isTrue();
        assertThat(fence.observe(host))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.ETCD_MEMBER_FENCED));
    }

    private static EtcdSpec spec() {
        return MemberMachine.spec(1).fencedFor(1);
    }
}
