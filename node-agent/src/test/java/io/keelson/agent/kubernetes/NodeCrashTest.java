package io.keelson.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.CrashingHost;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Plan;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleManifest;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed before, within and after every effect while its host comes to another etcd and back, and at every second
 * place while its host becomes a node; with and without a boot of the host. In the end it is what it would have been.
 */
class NodeCrashTest {
    private static final String NEXT = "kubernetes-1.20.2-2";

    /** A host and where its agent is killed. */
    private static final class Node {
        private final SimulatedMachine machine = new SimulatedMachine();
        private final NodeSpec spec;
        private final TestAuthority authority;

        Node(NodeSpec spec) {
            this.spec = spec;
            this.authority = new TestAuthority(spec, machine.host.clock());
        }

        private Plan plan(BundleManifest bundle) {
            return SamplePlans.of(spec, bundle, authority, Optional.empty());
        }

        /** Whether it came to its end. */
        boolean becomes(BundleManifest bundle, int deadly) {
            var host = new CrashingHost(machine.host, deadly, what -> {});
            try {
                assertThat(machine.run(plan(bundle), host).refusal()).isEmpty();
                return true;
            } catch (CrashingHost.Crash e) {
                return false;
            }
        }

        /** A disk that is full, others that do not answer, a member that is stopped. */
        List<Consumer<Boolean>> faults() {
            return List.of(
                    machine.host.files()::full,
                    begins -> List.of("192.0.2.2", "192.0.2.3").forEach(other -> hear(other, !begins)),
                    begins -> hear("192.0.2.1", !begins));
        }

        private void hear(String member, boolean answers) {
            if (answers) {
                machine.host.memoryEtcd().hear(member);
            } else {
                machine.host.memoryEtcd().silence(member);
            }
        }

        /** Whether it had come to its end before that; however far it comes, it is over then. */
        boolean endures(BundleManifest bundle, int point, Consumer<Boolean> fault) {
            var host = new CrashingHost(machine.host, point, what -> {}, Optional.of(() -> fault.accept(true)));
            try {
                var unused = machine.run(plan(bundle), host);
            } catch (UncheckedIOException | ProblemException | SimulatedMachine.DidNotSettle e) {
                assertThat(host.isPassed()).as("%s", e).isTrue();
            }
            fault.accept(false);
            return !host.isPassed();
        }

        void become(BundleManifest bundle) {
            assertThat(becomes(bundle, 0)).isTrue();
            assertThat(machine.run(plan(bundle)).applied()).as("afterwards").isEmpty();
        }

        /** Files by name, units that run and routes; keys and certificates differ each time, and with them digests. */
        TreeMap<String, String> state() {
            var state = new TreeMap<String, String>();
            machine.host.files().under(Path.of("/")).stream()
                    .filter(file ->
                            !file.startsWith("/proc") && !file.toString().endsWith(".tmp"))
                    .forEach(file -> state.put(file.toString(), content(file)));
            machine.routes().forEach((network, via) -> state.put("route to " + network, via));
            machine.host.files().list(Path.of("/etc/systemd/system")).stream()
                    .map(Path::toString)
                    .filter(file -> file.endsWith(".service"))
                    .forEach(file -> machine.host
                            .units()
                            .state(file)
                            .ifPresent(unit -> state.put("unit " + file, unit.active() + " " + unit.enabled())));
            return state;
        }

        void isLike(Node other) {
            var differing = new TreeMap<>(state());
            other.state().forEach(differing::remove);
            assertThat(differing).as("what the other does not have").isEmpty();
            assertThat(state().keySet()).isEqualTo(other.state().keySet());
        }

        private String content(Path file) {
            return file.startsWith("/etc/kubernetes")
                    ? ""
                    : machine.host.files().text(file.toString()).replaceAll(UnitFile.DIGEST_VARIABLE + "=\\w+", "");
        }

        List<String> starts(Runnable what) {
            int before = machine.host.units().calls().size();
            what.run();
            return machine.host.units().calls().stream()
                    .skip(before)
                    .filter(call -> call.startsWith("restart ") || call.startsWith("start "))
                    .distinct()
                    .toList();
        }
    }

    @Test
    void aHostBecomesANode() {
        var spec = SampleNode.controlPlane();
        var whole = new Node(spec);
        whole.become(SampleNode.bundle());
        int killed = everywhere(2, point -> {
            var node = new Node(spec);
            boolean ended = node.becomes(SampleNode.bundle(), point);
            if (point % 4 == 1) {
                node.machine.host.units().boot();
            }
            node.become(SampleNode.bundle());
            node.isLike(whole);
            return ended;
        });
        assertThat(killed).isGreaterThan(100);
    }

    /** Also back: the earlier bundle is declared again while the host is on its way. */
    @Test
    void aHostComesToAnotherEtcdAndBack() {
        var next = SampleNode.bundleWithOther(NEXT, "etcd", "etcdctl");
        var spec = SampleNode.controlPlane();
        var whole = new Node(spec);
        whole.become(SampleNode.bundle());
        whole.become(next);
        int killed = everywhere(1, point -> {
            var node = new Node(spec);
            node.become(SampleNode.bundle());
            var ended = new boolean[1];
            assertThat(node.starts(() -> {
                        ended[0] = node.becomes(next, point);
                        node.become(next);
                    }))
                    .as("what starts anew, wherever it is killed")
                    .containsExactly("restart etcd.service");
            node.isLike(whole);
            if (point % 3 != 0) {
                return ended[0]; // the way back is taken from every third place
            }
            var back = new Node(spec);
            back.become(SampleNode.bundle());
            var before = back.machine.host.files().text("/etc/systemd/system/etcd.service");
            assertThat(back.starts(() -> {
                        var unused = back.becomes(next, point);
                        back.become(SampleNode.bundle());
                    }))
                    .isSubsetOf("restart etcd.service");
            assertThat(back.machine.host.files().text("/etc/systemd/system/etcd.service"))
                    .isEqualTo(before);
            return ended[0];
        });
        assertThat(killed).isGreaterThan(20);
    }

    /** From every place on nothing can be written, or the other members do not answer, or its own is stopped. */
    @Test
    void aHostComesToAnotherEtcdThoughItsDiskIsFullOrMembersAreSilentForAWhile() {
        var next = SampleNode.bundleWithOther(NEXT, "etcd", "etcdctl");
        var whole = new Node(SampleNode.controlPlane());
        whole.become(SampleNode.bundle());
        whole.become(next);
        int places = everywhere(1, point -> {
            var node = new Node(SampleNode.controlPlane());
            node.become(SampleNode.bundle());
            boolean ended = node.endures(next, point, node.faults().get(point % 3));
            node.become(next);
            node.isLike(whole);
            return ended;
        });
        assertThat(places).isGreaterThan(20);
    }

    private interface KilledAt {
        /** Whether the procedure had ended before that point. */
        boolean point(int number);
    }

    /** Of which number is the first that nobody comes to. */
    private static int everywhere(int step, KilledAt procedure) {
        return IntStream.iterate(1, point -> point + step)
                .filter(point -> {
                    try {
                        return procedure.point(point);
                    } catch (AssertionError | RuntimeException e) {
                        throw new AssertionError("killed at " + point, e);
                    }
                })
                .findFirst()
                .orElseThrow();
    }
}
