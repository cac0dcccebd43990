package io.keelson.server.drain;

import static io.keelson.server.drain.SimulatedApi.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.drain.LostLoad;
import io.keelson.fleet.ClusterName;
import io.keelson.server.kubernetes.ProbeAnswer;
import io.keelson.workload.Owner;
import io.keelson.workload.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeVerificationTest {
    private static final String IMAGE = "registry.k8s.io/pause:3.10";

    private final SimulatedApi api = new SimulatedApi();
    private final NodeVerification verification = new NodeVerification(api, api);
    private final List<List<NodeCheck>> progress = new ArrayList<>();
    private boolean converged = true;

    private List<NodeCheck> verify() {
        return verification.verify(
                new NodeVerification.Expectation(NODE, IMAGE, () -> converged),
                Duration.ofMinutes(1),
                progress::add,
                time -> {
                    api.pass(time);
                    return false;
                });
    }

    private static List<String> failing(List<NodeCheck> checks) {
        return checks.stream()
                .filter(each -> !each.holds())
                .map(NodeCheck::what)
                .toList();
    }

    @Test
    void aNodeThatWorksIsSeenToAtOnce() {
        assertThat(failing(verify())).isEmpty();
        assertThat(api.calls).contains("probe " + IMAGE, "end of probe");
        assertThat(NodeVerification.problem(new ClusterName("prod"), NODE, progress.getLast()))
                .isEmpty();
    }

    @Test
    void everyConditionIsNeeded() {
        converged = false;
        assertThat(failing(verify())).containsExactly("bundle");
        converged = true;
        api.probe = new ProbeAnswer.NotYet("i/o timeout");
        assertThat(failing(verify())).containsExactly("network");
        api.probe = new ProbeAnswer.Reached("it refused");
        api.daemons.put(new Owner("kube-system", "DaemonSet", "cni"), Placement.ANYWHERE);
        var checks = verify();
        assertThat(failing(checks)).containsExactly("daemons");
        assertThat(NodeVerification.problem(new ClusterName("prod"), NODE, checks))
                .hasValueSatisfying(problem -> assertThat(problem.what())
                        .isEqualTo("node w-1 of cluster prod was not seen to work: daemons: no ready pod of DaemonSet"
                                + " kube-system/cni"));
        api.daemons.clear();
        api.ready = false;
        assertThat(failing(verify())).containsExactly("kubelet", "network");
    }

    /** k0sctl#537: the next node was emptied before the ingress was back. */
    @Test
    void aNodeDoesNotCountBeforeTheLoadThatItLostIsBack() {
        var web = new Owner("shop", "ReplicaSet", "web");
        api.load = Optional.of(new LostLoad(Map.of(web, 0)));
        assertThat(failing(verify())).isEmpty();
        api.load = Optional.of(new LostLoad(Map.of(web, 2)));
        api.wanted.put(web, 2);
        api.pod("web-1", false);
        assertThat(failing(verify())).containsExactly("load");
        api.pod("web-2", false);
        assertThat(failing(verify())).isEmpty();
    }

    @Test
    void looksAgainUntilTheLimitAndTakesTheProbeAway() {
        api.silent = 2;
        assertThat(failing(verify())).isEmpty();
        assertThat(progress.getFirst())
                .singleElement()
                .satisfies(check -> assertThat(check.what()).isEqualTo("api"));
        api.silent = Integer.MAX_VALUE;
        assertThat(failing(verify())).containsExactly("api");
        assertThat(api.calls.getLast()).isEqualTo("end of probe");
    }

    /** What is left of both would keep the next emptying, or be expected of another load. */
    @Test
    void atTheEndNothingIsLeftOnTheNode() {
        api.load = Optional.of(new LostLoad(Map.of(new Owner("shop", "ReplicaSet", "web"), 2)));
        verification.end(NODE);
        assertThat(api.calls).contains("end of probe");
        assertThat(api.load).isEmpty();
        api.silent = Integer.MAX_VALUE;
        verification.end(NODE);
    }
}
