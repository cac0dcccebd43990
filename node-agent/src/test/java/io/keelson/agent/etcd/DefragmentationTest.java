package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefragmentationTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));

    private final MemoryHost host = new MemoryHost();

    private static Defragmentation step(Runnable meanwhile) {
        var pacer = new ManualPacer();
        pacer.meanwhile(time -> meanwhile.run());
        return new Defragmentation(LAYOUT, pacer);
    }

    @Test
    void aUnitOfItsOwnStopsTheMemberAndStartsItHoweverItEnds() {
        host.programs().succeed(List.of("systemd-run"), "");
        assertThat(step(() -> {}).run(host)).isEmpty();
        assertThat(host.programs().runs()).singleElement().satisfies(argv -> {
            assertThat(argv)
                    .contains(
                            "--wait",
                            "--unit=" + Defragmentation.UNIT,
                            "--property=Conflicts=etcd.service",
                            "--property=After=etcd.service",
                            "--property=ExecStopPost=+/usr/bin/systemctl --no-block start etcd.service",
                            "--property=RuntimeMaxSec=1800",
                            "--property=ProtectSystem=strict",
                            "--property=ReadWritePaths=/var/lib/etcd");
            assertThat(argv.subList(argv.indexOf("--"), argv.size()))
                    .containsExactly("--", "/opt/keelson/releases/x/bin/etcdutl", "defrag", "--data-dir=/var/lib/etcd");
        });
    }

    @Test
    void saysWhyItCouldNotAndStartsTheMember() {
        host.files().put("/etc/systemd/system/etcd.service", "[Service]\n");
        host.programs().answer(List.of("systemd-run"), argv -> new Programs.Result(1, "", "it failed"));
        host.programs().succeed(List.of("journalctl"), "no space left\nMain process exited, status=1\n");
        assertThat(step(() -> {}).run(host).orElseThrow())
                .isEqualTo("status 1: no space left | Main process exited, status=1 | it failed");
        assertThat(host.units().calls()).containsExactly("start etcd.service");
    }

    /** Who was fenced must not be started at its end. */
    @Test
    void aFenceEndsOneThatIsUnderWay() {
        host.files().put("/etc/systemd/system/etcd.service", "[Service]\n");
        host.units().runsUnwritten(Defragmentation.UNIT);
        var fence = EtcdPlanner.fence(MemberMachine.spec(1).fencedFor(1), LAYOUT);
        assertThat(fence.observe(host)).isInstanceOf(Needed.class);
        fence.apply(host, new SilentActivity());
        assertThat(host.units().calls()).containsExactly("stop " + Defragmentation.UNIT, "stop etcd.service");
        assertThat(fence.observe(host)).isInstanceOf(Refused.class);
    }

    @Test
    void oneThatAnAgentOfBeforeHasBegunIsWaitedFor() {
        assertThat(step(() -> {}).observe(host)).isInstanceOf(Satisfied.class);
        host.units().runsUnwritten(Defragmentation.UNIT);
        var step = step(() -> host.units().endUnwritten(Defragmentation.UNIT));
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
        step.apply(host, new SilentActivity());
        assertThat(step.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void andNotForEver() {
        host.units().runsUnwritten(Defragmentation.UNIT);
        var step = step(() -> {});
        assertThatThrownBy(() -> step.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
        assertThat(step.pacer().nanos()).isGreaterThan(Duration.ofMinutes(30).toNanos());
    }
}
