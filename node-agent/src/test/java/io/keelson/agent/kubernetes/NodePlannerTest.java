package io.keelson.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.Step;
import io.keelson.fleet.NodeSpec;
import io.keelson.release.BundleManifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodePlannerTest {
    private final SimulatedMachine machine = new SimulatedMachine();
    private final NodeSpec controlPlane = SampleNode.controlPlane();
    private final TestAuthority authority = new TestAuthority(controlPlane, machine.host.clock());

    private Plan plan(NodeSpec spec, BundleManifest bundle) {
        return SamplePlans.of(
                spec,
                bundle,
                spec.equals(controlPlane) ? authority : new TestAuthority(spec, machine.host.clock()),
                Optional.empty());
    }

    private static List<String> ids(Plan plan) {
        return plan.steps().stream().map(Step::id).map(Object::toString).toList();
    }

    @Test
    void takesAControlPlaneHostFromPreflightToAddons() {
        assertThat(ids(plan(controlPlane, SampleNode.bundle())))
                .containsExactly(
                        "etcd.clients",
                        "preflight.owner",
                        "preflight.architecture",
                        "preflight.clock",
                        "preflight.data",
                        "preflight.prerequisites",
                        "preflight.ports",
                        "preflight.disk",
                        "os.claim",
                        "os.kernel-modules",
                        "os.kernel-settings",
                        "artifact.staged",
                        "release.current",
                        "kubernetes.certificates",
                        "kubernetes.service-account-key",
                        "kubernetes.kubeconfigs",
                        "network.pod-routes",
                        "network.masquerade",
                        "etcd.identity",
                        "etcd.soundness",
                        "etcd.member",
                        "etcd.membership",
                        "etcd.upkeep",
                        "etcd.space",
                        "kubernetes.configuration",
                        "network.cni",
                        "kubernetes.containerd",
                        "kubernetes.images",
                        "kubernetes.kube-apiserver",
                        "kubernetes.kube-controller-manager",
                        "kubernetes.kube-scheduler",
                        "kubernetes.kubelet",
                        "kubernetes.kube-proxy",
                        "kubernetes.role-label",
                        "addon.kubelet-access");
    }

    @Test
    void givesAWorkerTheBalancerAndNothingOfTheControlPlane() {
        assertThat(ids(plan(SampleNode.worker(), SampleNode.bundle())))
                .contains("network.api-balancer", "kubernetes.kubelet", "kubernetes.kube-proxy")
                .noneMatch(id -> id.contains("etcd")
                        || id.contains("apiserver")
                        || id.contains("scheduler")
                        || id.contains("controller")
                        || id.contains("service-account")
                        || id.startsWith("addon."));
    }

    @Test
    void bringsAnEmptyHostToANodeAndThenFindsNothingToDo() {
        for (var spec : List.of(controlPlane, SampleNode.worker())) {
            var fresh = new NodePlannerTest();
            var plan = fresh.plan(spec, SampleNode.bundle());

            var first = fresh.machine.run(plan);
            assertThat(first.refusal()).isEmpty();
            int writes = fresh.machine.host.files().writes();
            var calls = fresh.machine.host.units().calls();

            var second = fresh.machine.run(plan);
            assertThat(second.refusal()).isEmpty();
            assertThat(second.applied()).isEmpty();
            assertThat(fresh.machine.host.files().writes()).isEqualTo(writes);
            assertThat(fresh.machine.host.units().calls()).isEqualTo(calls);
        }
    }

    @Test
    void enablesEveryServiceForBootsWithoutTheAgent() {
        machine.run(plan(controlPlane, SampleNode.bundle()));

        for (var unit : List.of(
                "containerd",
                "etcd",
                "kube-apiserver",
                "kube-controller-manager",
                "kube-scheduler",
                "kubelet",
                "kube-proxy",
                "keelson-masquerade",
                "keelson-pod-routes")) {
            var state = machine.host.units().state(unit + ".service").orElseThrow();
            assertThat(state.enabled()).as(unit).isTrue();
            assertThat(state.running()).as(unit).isTrue();
        }
    }

    @Test
    void keepsKeysAndKubeconfigsFromEverybodyButRoot() {
        machine.run(plan(controlPlane, SampleNode.bundle()));

        var files = machine.host.files();
        for (var name : List.of("pki/apiserver.key", "pki/sa.key", "pki/etcd/peer.key", "admin.kubeconfig")) {
            assertThat(files.access(Path.of("/etc/kubernetes", name))).as(name).contains(Access.SECRET);
        }
        assertThat(files.access(Path.of("/var/lib/etcd"))).contains(Access.SECRET);
    }

    @Test
    void restartsOnlyTheServiceWhoseConfigurationChanged() {
        machine.run(plan(controlPlane, SampleNode.bundle()));
        int before = machine.host.units().calls().size();

        var outcome = machine.run(plan(controlPlane, SampleNode.bundle(SampleNode.BUNDLE, "maxPods: 50\n")));

        assertThat(outcome.applied()).containsExactly("kubernetes.configuration", "kubernetes.kubelet");
        var calls = machine.host.units().calls();
        assertThat(calls.subList(before, calls.size())).contains("restart kubelet.service");
        assertThat(calls.subList(before, calls.size()).stream().filter(call -> call.startsWith("restart")))
                .hasSize(1);
    }

    @Test
    void seesAServiceThatWasStartedBeforeItsUnitChanged() {
        machine.run(plan(controlPlane, SampleNode.bundle()));
        var changed = plan(controlPlane, SampleNode.bundle(SampleNode.BUNDLE, "maxPods: 50\n"));
        var finished = new SimulatedMachine();
        finished.run(changed);
        // Killed after everything was written and loaded, before the restart: only the process is an earlier one.
        for (var file : List.of(
                "/etc/kubernetes/kubelet.yaml",
                "/etc/kubernetes/pki/ca.crt",
                "/etc/kubernetes/pki/kubelet.crt",
                "/etc/systemd/system/kubelet.service")) {
            machine.host.files().put(file, finished.host.files().text(file));
        }
        machine.host.units().reload();
        var kubelet = changed.steps().stream()
                .filter(step -> step.id().value().equals("kubernetes.kubelet"))
                .findFirst()
                .orElseThrow();

        assertThat(kubelet.observe(machine.host))
                .isEqualTo(new Needed("kubelet.service runs from an earlier unit or configuration"));
        machine.applyAgain(kubelet);
        assertThat(kubelet.observe(machine.host)).isInstanceOf(Satisfied.class);
        assertThat(machine.host.units().calls()).endsWith("restart kubelet.service");
    }

    @Test
    void tellsTheKubeletItsZoneLabelsAndTaint() {
        machine.run(plan(controlPlane, SampleNode.bundle()));

        assertThat(machine.host.files().text("/etc/systemd/system/kubelet.service"))
                .contains("--node-labels=topology.kubernetes.io/zone=zone-a,keelson.io/pool=default")
                .contains("--register-with-taints=node-role.kubernetes.io/control-plane=:NoSchedule");
    }

    /** eks-anywhere#5400, eks-anywhere#9174: certificates ended, of etcd too, unless somebody ran a script in time. */
    @Test
    void renewsCertificatesWhenAThirdOfTheirLifeIsLeftAndKeepsTheirKeys() {
        var plan = plan(controlPlane, SampleNode.bundle());
        machine.run(plan);
        int issued = authority.issued();
        var key = machine.host.files().text("/etc/kubernetes/pki/kubelet.key");

        machine.host.time(machine.host.clock().instant().plus(Duration.ofDays(59)));
        assertThat(machine.run(plan).applied()).isEmpty();
        machine.host.time(machine.host.clock().instant().plus(Duration.ofDays(2)));
        var outcome = machine.run(plan);

        assertThat(authority.issued()).isEqualTo(2 * issued);
        assertThat(machine.host.files().text("/etc/kubernetes/pki/kubelet.key")).isEqualTo(key);
        // The kubelet alone reads its serving certificate only once.
        assertThat(outcome.applied()).containsExactly("kubernetes.certificates", "kubernetes.kubelet");
    }

    @Test
    void replacesACertificateOfAnotherAuthority() {
        var plan = plan(SampleNode.controlPlane(), SampleNode.bundle());
        machine.run(plan);
        authority.replaceAuthority();
        var file = NodeCertificates.KUBE_PROXY;
        machine.host.files().remove(file.certificate());
        machine.host.files().remove(file.key());

        // The new authority comes with the first certificate, and then the others no longer fit.
        var step = plan.steps().stream()
                .filter(CertificatesStep.class::isInstance)
                .findFirst()
                .orElseThrow();
        int rounds = 0;
        while (!(step.observe(machine.host) instanceof Satisfied)) {
            assertThat(++rounds).isLessThan(3);
            machine.applyAgain(step);
        }

        assertThat(machine.run(plan).refusal()).isEmpty();
    }

    @Test
    void removesStaleRoutesAndLeavesOthersAlone() {
        var plan = plan(controlPlane, SampleNode.bundle());
        machine.run(plan);
        machine.routes().put("10.244.9.0/24", "192.0.2.9");

        assertThat(machine.run(plan).applied()).containsExactly("network.pod-routes");
        assertThat(machine.routes()).containsOnlyKeys("10.244.1.0/24");
    }

    @Test
    void writesNoSecretIntoUnitsOrCommands() {
        machine.run(plan(controlPlane, SampleNode.bundle()));

        var key = machine.host
                .files()
                .text("/etc/kubernetes/pki/apiserver.key")
                .lines()
                .toList()
                .get(1);
        for (var unit : machine.host.files().list(Path.of("/etc/systemd/system"))) {
            assertThat(machine.host.files().text("/etc/systemd/system/" + unit)).doesNotContain(key);
        }
        assertThat(machine.host.programs().runs().toString()).doesNotContain(key);
    }
}
