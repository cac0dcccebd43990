package io.keelson.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.NodeSpec;
import io.keelson.release.BundleManifest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a host that runs a release does for another one: all of it is there for the next boot, and only what differs starts. */
class AnotherReleaseTest {
    private static final String NEXT = "kubernetes-1.20.2-2";

    /** A host that came to its release. */
    private static final class Node {
        private final SimulatedMachine machine = new SimulatedMachine();
        private final NodeSpec spec;
        private final TestAuthority authority;

        Node(NodeSpec spec) {
            this.spec = spec;
            this.authority = new TestAuthority(spec, machine.host.clock());
            var unused = become(SampleNode.bundle());
        }

        /** The units that were started for it. */
        List<String> become(BundleManifest bundle) {
            int before = machine.host.units().calls().size();
            var plan = SamplePlans.of(spec, bundle, authority, Optional.empty());
            assertThat(machine.run(plan).refusal()).isEmpty();
            assertThat(machine.run(plan).applied()).as("afterwards").isEmpty();
            var calls = machine.host.units().calls();
            return calls.subList(before, calls.size()).stream()
                    .filter(call -> call.startsWith("restart ") || call.startsWith("start "))
                    .toList();
        }

        String unit(String name) {
            return machine.host.files().text("/etc/systemd/system/" + name + ".service");
        }
    }

    private static List<Node> everyRole() {
        return List.of(new Node(SampleNode.controlPlane()), new Node(SampleNode.worker()));
    }

    @Test
    void theSameBytesStartNothingAnewButTheNextBootTakesThemFromThere() {
        for (var node : everyRole()) {
            assertThat(node.become(SampleNode.bundleWithOther(NEXT))).isEmpty();
            for (var unit : List.of("containerd", "kubelet", "kube-proxy")) {
                assertThat(node.unit(unit))
                        .contains("/opt/keelson/releases/" + NEXT + "/bin/" + unit)
                        .doesNotContain(SampleNode.BUNDLE);
            }
        }
    }

    @Test
    void anotherEtcdStartsTheMemberAloneAndOnAWorkerNothing() {
        var next = SampleNode.bundleWithOther(NEXT, "etcd", "etcdctl");
        var host = new Node(SampleNode.controlPlane());
        assertThat(host.become(next)).containsExactly("restart etcd.service");
        assertThat(host.unit("etcd")).contains("/opt/keelson/releases/" + NEXT + "/bin/etcd");
        assertThat(host.unit("kube-apiserver")).contains("/opt/keelson/releases/" + NEXT + "/bin/kube-apiserver");
        assertThat(host.become(SampleNode.bundle())).as("back").containsExactly("restart etcd.service");

        assertThat(new Node(SampleNode.worker()).become(next)).isEmpty();
    }

    @Test
    void anotherProgramStartsItsServiceAlone() {
        for (var node : everyRole()) {
            assertThat(node.become(SampleNode.bundleWithOther(NEXT, "kubelet")))
                    .containsExactly("restart kubelet.service");
        }
    }

    @Test
    void whatContainerdRunsStartsContainerdAnew() {
        for (var node : everyRole()) {
            assertThat(node.become(SampleNode.bundleWithOther(NEXT, "runc")))
                    .containsExactly("restart containerd.service");
        }
    }
}
