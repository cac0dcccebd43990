package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
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
        return new Defragmentation(LAYOUT, new Pacer() {
            private long nanos;

            @Override
            public long nanos() {
                return nanos;
            }

            @Override
            public void pause(Duration time) {
                nanos += time.toNanos();
                meanwhile.run();
            }
        });
    }

    @Test
    void aUnitOfItsOwnStopsTheMemberAndStartsItHoweverItEnds() {
        host.programs().succeed(List.of("systemd-run"), "");
        assertThat(step(() -> {}).run(host).ok()).isTrue();
        assertThat(host.programs().runs()).singleElement().satisfies(argv -> {
            assertThat(argv)
                    .contains(
                            "--wait",
                            "--unit=" + Defragmentation.UNIT,
                            "--property=ExecStartPre=+/usr/bin/systemctl stop etcd.service",
                            "--property=ExecStopPost=+/usr/bin/systemctl --no-block start etcd.service",
                            "--property=RuntimeMaxSec=1800",
                            "--property=ProtectSystem=strict",
                            "--property=ReadWritePaths=/var/lib/etcd");
            assertThat(argv.subList(argv.indexOf("--"), argv.size()))
                    .containsExactly("--", "/opt/keelson/releases/x/bin/etcdutl", "defrag", "--data-dir=/var/lib/etcd");
        });
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
