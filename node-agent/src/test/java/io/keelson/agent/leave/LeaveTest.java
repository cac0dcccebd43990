package io.keelson.agent.leave;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Host;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.kubernetes.SimulatedMachine;
import io.keelson.agent.plan.Finding;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of a node after its host left the cluster: nothing; and what never goes. */
class LeaveTest {
    private static final String CLAIM = "/etc/kubernetes/keelson.json";

    /** k0s#823: a reset left the pod network's files behind. */
    @Test
    void aHostThatLeavesIsWhatItWasBefore() {
        var leaving = new LeavingMachine().joined();
        assertThat(leaving.remains()).containsKeys(CLAIM, "/etc/cni/net.d/10-keelson.conflist");
        assertThat(leaving.leaves()).isEmpty();
        assertThat(leaving.remains()).isEqualTo(new LeavingMachine().remains());
        assertThat(leaving.outOfSight).as("what could be unmounted").isEmpty();
        assertThat(leaving.host.files().list(Path.of("/opt/keelson/releases")))
                .as("bits of a verified bundle")
                .hasSize(1);
    }

    @Test
    void whatLeftDoesNothingMore() {
        var leaving = new LeavingMachine().joined();
        assertThat(leaving.leaves()).isEmpty();
        var calls = leaving.host.units().calls();
        assertThat(leaving.machine.run(LeavingMachine.leaving()).applied()).isEmpty();
        assertThat(leaving.host.units().calls()).isEqualTo(calls);
    }

    @Test
    void afterwardsItCanBecomeANodeOfAnotherCluster() {
        var leaving = new LeavingMachine().joined();
        assertThat(leaving.leaves()).isEmpty();
        leaving.joined(SampleNode.workerOf(new ClusterName("other")));
        assertThat(leaving.host.files().text(CLAIM)).contains("other");
    }

    /** The kubelet would start again what is killed, the runtime what it is asked for. */
    @Test
    void whatStartsThingsGoesFirst() {
        var leaving = new LeavingMachine().joined();
        assertThat(leaving.leaves()).isEmpty();
        assertThat(leaving.host.units().calls())
                .containsSubsequence(
                        "disable kubelet.service",
                        "stop kubelet.service",
                        "disable containerd.service",
                        "stop containerd.service",
                        "stop kube-proxy.service",
                        "restart keelson-unmount.service");
    }

    @Test
    void aVolumeWhoseServerIsAwayIsTakenOutOfSight() {
        var leaving = new LeavingMachine().joined();
        leaving.stuck.add(LeavingMachine.VOLUME);
        assertThat(leaving.leaves()).isEmpty();
        assertThat(leaving.outOfSight).contains(LeavingMachine.VOLUME).doesNotContain("/run/netns/cni-1234");
        assertThat(leaving.remains()).isEqualTo(new LeavingMachine().remains());
    }

    /** Others' data are in it: better a host that is not bare than their loss. */
    @Test
    void whatStaysMountedIsNotRemoved() {
        var leaving = new LeavingMachine().joined();
        leaving.held.add(LeavingMachine.VOLUME);
        assertThat(stopped(leaving)).contains(LeavingMachine.VOLUME);
        assertThat(leaving.host.files().exists(Path.of(LeavingMachine.VOLUME, "of-somebody")))
                .isTrue();
        assertThat(leaving.host.files().exists(Path.of(CLAIM))).isTrue();
        leaving.held.clear();
        assertThat(leaving.leaves()).isEmpty();
        assertThat(leaving.remains()).isEqualTo(new LeavingMachine().remains());
    }

    /** The agent has a view of its own; what it removes it sees through that. */
    @Test
    void whatTheAgentAloneSeesMountedIsNotRemovedEither() {
        var leaving = new LeavingMachine().joined();
        var data = new NodeData();
        var table = leaving.host.files().text("/proc/self/mountinfo");
        leaving.leavesUntil(0);
        leaving.joined();
        leaving.host.files().put("/proc/self/mountinfo", table);
        leaving.host.files().put("/proc/1/mountinfo", "");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> data.remove(leaving.host, new io.keelson.agent.plan.SilentActivity()))
                .hasMessageContaining("is not removed while something is mounted in it");
        assertThat(leaving.host.files().exists(Path.of(LeavingMachine.VOLUME, "of-somebody")))
                .isTrue();
    }

    @Test
    void aProcessThatDoesNotEndKeepsTheHostFromBeingBare() {
        var leaving = new LeavingMachine().joined();
        var deaf = leaving.host.processes().all().getLast();
        leaving.host.processes().unkillable(deaf, true);
        assertThat(stopped(leaving)).contains("leave.processes").contains(deaf.toString());
        assertThat(leaving.host.files().exists(Path.of("/var/lib/containerd"))).isTrue();
        leaving.host.processes().unkillable(deaf, false);
        assertThat(leaving.leaves()).isEmpty();
    }

    @Test
    void aHostThatHoldsAMemberRefuses() {
        var leaving = new LeavingMachine().joined(SampleNode.controlPlane());
        var before = leaving.remains();
        assertThat(leaving.leaves())
                .hasValueSatisfying(
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_HOLDS_MEMBER));
        assertThat(leaving.remains()).isEqualTo(before);
    }

    /** Somebody else's Kubernetes, without Keelson's claim. */
    @Test
    void whatIsNotKeelsonsIsLeftAlone() {
        var other = new LeavingMachine();
        other.host.files().put("/etc/kubernetes/kubelet.conf", "kubeadm's");
        other.host.files().put("/etc/kubernetes/manifests/etcd.yaml", "kubeadm's");
        other.host.files().put("/var/lib/etcd/member/wal/0.wal", "etcd");
        other.host.files().put("/etc/systemd/system/kubelet.service", "[Service]\n");
        other.host.files().put("/var/lib/kubelet/config.yaml", "kubeadm's");
        other.host.processes().start("nginx", "/kubepods/burstable/podp-1/c-1");
        other.rules.values().forEach(KernelRules::proxied);
        other.links.put("cni0", "");
        var before = other.remains();
        assertThat(other.leaves()).isEmpty();
        assertThat(other.remains()).isEqualTo(before);
        assertThat(other.host.units().calls()).isEmpty();
    }

    @Test
    void aClaimThatSomebodyRemovedIsNotGuessed() {
        var leaving = new LeavingMachine().joined();
        leaving.host.files().remove(Path.of(CLAIM));
        var before = leaving.remains();
        assertThat(leaving.leaves()).hasValueSatisfying(refused -> {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_NOT_BARE);
            assertThat(refused.problem().what()).contains("kubelet.service");
        });
        assertThat(leaving.remains()).isEqualTo(before);
    }

    @Test
    void aClaimThatCannotBeReadIsNotGuessed() {
        var leaving = new LeavingMachine().joined();
        for (var damaged : List.of("", "{}", "{\"v\":1,\"cluster\":\"..\",\"node\":\"x\"}")) {
            leaving.host.files().put(CLAIM, damaged);
            var before = leaving.remains();
            org.assertj.core.api.Assertions.assertThatThrownBy(leaving::leaves)
                    .as(damaged)
                    .isInstanceOfSatisfying(
                            io.keelson.problem.ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_FOREIGN_DATA));
            assertThat(leaving.remains()).isEqualTo(before);
        }
    }

    /** Each trace is put back behind the step that removes it. */
    @Test
    void isNotBareWhileAnythingIsLeftAndNamesIt() {
        var leaving = new LeavingMachine().joined();
        Host host = leaving.host;
        var bare = LeavingMachine.leaving().steps().stream()
                .filter(step -> step.id().value().equals("leave.bare"))
                .findFirst()
                .orElseThrow();
        assertThat(bare.observe(host)).isInstanceOfSatisfying(Finding.Refused.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_NOT_BARE);
            assertThat(refused.problem().what()).contains("/etc/systemd/system/kubelet.service");
        });
        assertThat(leaving.leaves()).isEmpty();
        host.files()
                .write(
                        Path.of(CLAIM),
                        "{\"v\":1,\"cluster\":\"prod\",\"node\":\"w-1\"}".getBytes(),
                        io.keelson.agent.host.Files.Access.PUBLIC);
        assertThat(bare.observe(host)).isInstanceOf(Finding.Satisfied.class);
        leaving.links.put("cni0", "");
        assertThat(bare.observe(host))
                .isInstanceOfSatisfying(
                        Finding.Refused.class,
                        refused -> assertThat(refused.problem().what()).contains("interface cni0"));
    }

    private static String stopped(LeavingMachine leaving) {
        try {
            return leaving.leaves().map(refused -> refused.problem().what()).orElse("");
        } catch (SimulatedMachine.DidNotSettle e) {
            return String.valueOf(e.getMessage());
        }
    }
}
