package io.keelson.agent.leave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed before, within and after every effect while its host leaves, with and without a boot of the host. In the end
 * the host is bare; at no point is anything removed that is mounted, or anything there without a claim.
 */
class LeaveCrashTest {
    @Test
    void aHostLeaves() {
        var bare = new LeavingMachine().remains();
        int killed = 0;
        boolean ended = false;
        while (!ended) {
            killed++;
            for (boolean boots : List.of(false, true)) {
                var leaving = new LeavingMachine().joined();
                try {
                    ended = leaving.leavesUntil(killed);
                    if (boots) {
                        leaving.boot();
                    }
                    assertThat(leaving.leavesUntil(0)).isTrue();
                    assertThat(leaving.remains()).isEqualTo(bare);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("killed at " + killed + (boots ? ", boots" : ""), e);
                }
            }
        }
        assertThat(killed).isGreaterThan(80);
    }

    /** A boot brings back what is enabled; what the order says is not finished is not begun again as a node. */
    @Test
    void aBootInTheMiddleBringsNoPodsBack() {
        var leaving = new LeavingMachine().joined();
        int point = 0;
        do {
            leaving = new LeavingMachine().joined();
            point++;
        } while (!leaving.leavesUntil(point)
                && leaving.host
                        .units()
                        .state("kubelet.service")
                        .filter(state -> state.enabled())
                        .isPresent());
        leaving.boot();
        assertThat(leaving.host.processes().all()).isEmpty();
    }
}
