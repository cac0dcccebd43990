package io.keelson.agent.kubernetes;

import static io.keelson.agent.kubernetes.NodeFiles.CLUSTER_CA;
import static io.keelson.agent.kubernetes.NodeFiles.CONTAINERD_CONFIG;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.Probe;
import io.keelson.agent.os.Sandbox;
import io.keelson.agent.os.ServiceUnit;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The services of a node. All start by themselves at every boot and are restarted for ever; none needs the agent. They
 * order themselves after what they use but never require it, so that restarting one restarts no other.
 */
final class Components {
    private static final Duration API_SETTLE = Duration.ofMinutes(5);
    private static final Duration NODE_SETTLE = Duration.ofMinutes(10);
    private static final Duration SETTLE = Duration.ofMinutes(2);

    private final NodeSpec spec;
    private final RenderedBundle bundle;
    private final ClusterApi api;

    Components(NodeSpec spec, RenderedBundle bundle, ClusterApi api) {
        this.spec = spec;
        this.bundle = bundle;
        this.api = api;
    }

    Step containerd() {
        var unit = privileged(service("containerd", "container runtime", List.of()))
                .unit("After", "network.target local-fs.target")
                // It runs shims, runc and the pod network's plugins from there.
                .unit("X-Keelson-Tools", bundle.units().digestOfTheRest())
                .environment(
                        "PATH",
                        bundle.release().resolve("bin")
                                + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        return step("containerd", unit, List.of(CONTAINERD_CONFIG), this::criGap, SETTLE);
    }

    Step apiServer() {
        // It waits a minute for requests that wait for an etcd which may never answer again; clients repeat them
        // elsewhere.
        var unit = server(service("kube-apiserver", "Kubernetes API server", List.of()), "etcd.service")
                .service("TimeoutStopSec", "20");
        var trusted = List.of(
                CLUSTER_CA,
                NodeFiles.ETCD_CA,
                NodeFiles.FRONT_PROXY_CA,
                NodeFiles.SERVICE_ACCOUNT_KEY,
                NodeFiles.SERVICE_ACCOUNT_PUBLIC_KEY);
        return step(
                "kube-apiserver",
                unit,
                trusted,
                Probe.answers(NodeFiles.API + "/readyz", NodeCertificates.ADMIN.tls(), body -> Optional.empty()),
                API_SETTLE);
    }

    Step controllerManager() {
        return step(
                "kube-controller-manager",
                server(
                        service("kube-controller-manager", "Kubernetes controller manager", List.of()),
                        "kube-apiserver.service"),
                List.of(CLUSTER_CA, NodeFiles.SERVICE_ACCOUNT_KEY),
                Probe.answers("https://127.0.0.1:10257/healthz"),
                SETTLE);
    }

    Step scheduler() {
        return step(
                "kube-scheduler",
                server(service("kube-scheduler", "Kubernetes scheduler", List.of()), "kube-apiserver.service"),
                List.of(CLUSTER_CA),
                Probe.answers("https://127.0.0.1:10259/healthz"),
                SETTLE);
    }

    Step kubelet() {
        var unit = privileged(service("kubelet", "Kubernetes node agent", kubeletFlags()))
                .unit("Wants", "network-online.target containerd.service " + apiUnit())
                .unit("After", "network-online.target containerd.service keelson-pod-routes.service " + apiUnit());
        return step(
                "kubelet",
                unit,
                // Its serving certificate is read once; clients' certificates are read anew by themselves.
                List.of(CLUSTER_CA, NodeFiles.PKI.resolve("kubelet.crt")),
                Probe.answers("http://127.0.0.1:10248/healthz").and(new NodeReady(spec.node(), api)),
                NODE_SETTLE);
    }

    Step proxy() {
        var unit = service("kube-proxy", "Kubernetes service proxy", List.of())
                .unit("Wants", "network-online.target")
                .unit("After", "network-online.target " + apiUnit())
                .service("Type", "exec")
                .service("OOMScoreAdjust", "-900")
                .service("LimitNOFILE", "65536")
                .sandboxed(Sandbox.NETWORK_ADMIN);
        return step("kube-proxy", unit, List.of(CLUSTER_CA), Probe.answers("http://127.0.0.1:10256/healthz"), SETTLE);
    }

    private UnitFile service(String component, String description, List<String> atLeast) {
        return bundle.units().of(component, component + ".service", description, atLeast);
    }

    /** A step whose service is restarted when a configuration changes that its command line names. */
    private Step step(String component, UnitFile unit, List<Path> inputs, Probe probe, Duration settle) {
        var argv = bundle.units().argv(component, List.of());
        var all = Stream.concat(inputs.stream(), bundle.configsNamedBy(argv).stream())
                .distinct()
                .toList();
        return new ServiceUnit(new StepId("kubernetes." + component), "run " + component, unit, all, probe, settle);
    }

    private static UnitFile server(UnitFile unit, String after) {
        return unit.unit("Wants", "network-online.target")
                .unit("After", "network-online.target " + after)
                .service("Type", "exec")
                .service("LimitNOFILE", "1048576")
                .service("OOMScoreAdjust", "-900")
                .sandboxed(Sandbox.SERVER);
    }

    /** What runs other people's containers: it cannot be shut in, and its restart must not end them. */
    private static UnitFile privileged(UnitFile unit) {
        return unit.service("Type", "exec")
                .service("Delegate", "yes")
                .service("KillMode", "process")
                .service("LimitNOFILE", "1048576")
                .service("LimitNPROC", "infinity")
                .service("LimitCORE", "infinity")
                .service("TasksMax", "infinity")
                .service("OOMScoreAdjust", "-999");
    }

    private String apiUnit() {
        return switch (spec.role()) {
            case CONTROL_PLANE -> "kube-apiserver.service";
            case WORKER -> "keelson-api-proxy.service";
        };
    }

    /** What the server decided about the node, as far as a kubelet may say it of itself (KEP-279). */
    private List<String> kubeletFlags() {
        var labels = Stream.concat(
                        Stream.of("topology.kubernetes.io/zone=" + spec.zone()),
                        spec.labels().entrySet().stream()
                                .filter(label -> !label.getKey().equals("topology.kubernetes.io/zone"))
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .sorted())
                .collect(Collectors.joining(","));
        var flags = new ArrayList<>(List.of("--node-labels=" + labels));
        if (spec.role() == Role.CONTROL_PLANE) {
            flags.add("--register-with-taints=" + RoleLabel.CONTROL_PLANE + "=:NoSchedule");
        }
        return List.copyOf(flags);
    }

    private Optional<String> criGap(Host host) {
        var listed = host.programs().run(ContainerImages.ctr(bundle.release(), "plugins", "ls"), Probe.LIMIT);
        if (!listed.ok()) {
            return Optional.of("containerd does not answer: " + listed.err().strip());
        }
        var cri = listed.out()
                .lines()
                .filter(line -> line.strip().matches("io\\.containerd\\.grpc\\.v1\\s+cri\\s.*"))
                .findFirst();
        if (cri.isEmpty()) {
            return Optional.of("containerd has no CRI plugin");
        }
        return cri.get().strip().endsWith("ok")
                ? Optional.empty()
                : Optional.of("containerd's CRI plugin is not ok: " + cri.get().strip());
    }
}
