package io.keelson.agent.kubernetes;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.etcd.SnapshotSource;
import io.keelson.agent.network.ApiBalancer;
import io.keelson.agent.network.Masquerade;
import io.keelson.agent.network.PodRoutes;
import io.keelson.agent.os.CurrentLink;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.os.KernelModules;
import io.keelson.agent.os.KernelSettings;
import io.keelson.agent.os.NodeClaim;
import io.keelson.agent.os.Preflight;
import io.keelson.agent.os.RenderedFiles;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.Planner;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.release.BundleManifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Decides what has to hold on a host for it to be a node, and in which order: nothing is changed before the preflight
 * has passed, nothing runs before it is staged, nothing is started before what it reads is written.
 *
 * <p>Pure but for {@code manifests}, which gives the verified manifest of the spec's bundle.
 */
public final class NodePlanner implements Planner {
    private static final List<Integer> NODE_PORTS = List.of(NodeSpec.API_PORT, 10248, 10249, 10250, 10256);
    private static final List<Integer> CONTROL_PLANE_PORTS = List.of(2379, 2380, 2381, 10257, 10259);

    private final Function<NodeSpec, BundleManifest> manifests;
    private final Function<NodeSpec, Step> staged;
    private final Credentials credentials;
    private final Fitness fitness;
    private final SnapshotSource snapshots;

    /**
     * @param manifests the verified manifest of a spec's bundle; reports one that is refused or cannot be had as a
     *     {@link io.keelson.problem.ProblemException}
     * @param staged the step that brings a spec's bundle to {@code /opt/keelson/releases/<bundle>}
     * @param snapshots from where a control-plane host gets the one that its etcd begins anew with
     */
    public NodePlanner(
            Function<NodeSpec, BundleManifest> manifests,
            Function<NodeSpec, Step> staged,
            Credentials credentials,
            Fitness fitness,
            SnapshotSource snapshots) {
        this.manifests = manifests;
        this.staged = staged;
        this.credentials = credentials;
        this.fitness = fitness;
        this.snapshots = snapshots;
    }

    /**
     * What a host must have that a bundle does not say.
     *
     * @param clockAhead how far the host's clock is ahead of the server's; empty while nobody knows
     * @param clockTolerance by how much it may be off, either way
     */
    public record Fitness(DiskNeed disk, Supplier<Optional<Duration>> clockAhead, Duration clockTolerance) {}

    /**
     * How much free disk a new release needs.
     *
     * @param copies how many times the bundle's unpacked size: packed and unpacked bytes lie side by side for a while
     * @param reserve bytes on top, for logs, images and pods
     */
    public record DiskNeed(int copies, long reserve) {
        /** Twice the bundle and 1 GiB. */
        public static final DiskNeed STANDARD = new DiskNeed(2, 1L << 30);

        long bytes(BundleManifest manifest) {
            return manifest.totalSize() * copies + reserve;
        }
    }

    @Override
    public Plan plan(NodeSpec spec, Revision revision) {
        if (spec.etcd().isFenced()) {
            // Before anything else, and whatever else may be wrong with the host.
            return new Plan(revision, List.of(EtcdPlanner.fence(spec.etcd(), EtcdLayout.ofCluster(CurrentLink.PATH))));
        }
        var bundle = RenderedBundle.of(spec, manifests.apply(spec));
        var api = new ClusterApi(bundle.release());
        var components = new Components(spec, bundle, api);
        var steps = new ArrayList<Step>();
        if (spec.role() == Role.CONTROL_PLANE) {
            steps.add(EtcdPlanner.clients(EtcdLayout.ofCluster(CurrentLink.PATH)));
        }
        steps.addAll(preparation(spec, bundle));
        steps.addAll(identity(spec));
        steps.add(new PodRoutes(spec.routes()));
        steps.add(new Masquerade(spec.podCidr(), spec.network().pods()));
        if (spec.role() == Role.CONTROL_PLANE) {
            // Before all that runs pods: whatever is wrong with that, the cluster has its data. What its API server
            // reaches pods by
            // waits for no member, though.
            steps.addAll(EtcdPlanner.steps(
                    spec.etcd(), EtcdLayout.ofCluster(bundle.release()), bundle.manifest(), snapshots));
        }
        steps.add(configuration(spec, bundle));
        steps.add(cni(bundle));
        steps.add(components.containerd());
        steps.add(new ContainerImages(bundle.manifest().images(), bundle.release()));
        switch (spec.role()) {
            case CONTROL_PLANE -> {
                steps.add(components.apiServer());
                steps.add(components.controllerManager());
                steps.add(components.scheduler());
            }
            case WORKER -> steps.add(new ApiBalancer(spec.controlPlane()));
        }
        steps.add(components.kubelet());
        steps.add(components.proxy());
        if (spec.role() == Role.CONTROL_PLANE) {
            steps.add(new RoleLabel(spec.node(), api));
            bundle.manifest().addons().stream()
                    .map(addon -> new AddonStep(addon.name(), addon.manifest().render(bundle.values()), api))
                    .forEach(steps::add);
        }
        return new Plan(revision, List.copyOf(steps));
    }

    private List<Step> preparation(NodeSpec spec, RenderedBundle bundle) {
        var claim = new NodeClaim(spec.cluster(), spec.node());
        var preflight = new Preflight(
                claim,
                bundle.manifest().architecture(),
                ports(spec.role()),
                bundle.release(),
                fitness.disk().bytes(bundle.manifest()),
                List.of(Preflight.DataDirectory.empty(NodeFiles.CONFIG), etcdData(spec, bundle)),
                new Preflight.Clock(fitness.clockAhead(), fitness.clockTolerance()));
        return Stream.concat(
                        preflight.steps().stream(),
                        Stream.of(
                                claim,
                                new KernelModules(),
                                KernelSettings.forNodes(),
                                staged.apply(spec),
                                new CurrentLink(bundle.release())))
                .toList();
    }

    /** A host that was installed anew brings back the disk of its member. */
    private static Preflight.DataDirectory etcdData(NodeSpec spec, RenderedBundle bundle) {
        var layout = EtcdLayout.ofCluster(bundle.release());
        return switch (spec.role()) {
            case CONTROL_PLANE ->
                new Preflight.DataDirectory(
                        layout.dataDir(), host -> EtcdPlanner.foreignData(host, spec.etcd(), layout));
            case WORKER -> Preflight.DataDirectory.empty(layout.dataDir());
        };
    }

    private static List<Integer> ports(Role role) {
        return switch (role) {
            case CONTROL_PLANE ->
                Stream.concat(NODE_PORTS.stream(), CONTROL_PLANE_PORTS.stream()).toList();
            case WORKER -> NODE_PORTS;
        };
    }

    private List<Step> identity(NodeSpec spec) {
        var certificates = new CertificatesStep(NodeCertificates.of(spec), credentials);
        return switch (spec.role()) {
            case CONTROL_PLANE -> List.of(certificates, new ServiceAccountKeyStep(credentials), Kubeconfigs.step(spec));
            case WORKER -> List.of(certificates, Kubeconfigs.step(spec));
        };
    }

    /** All configuration files of the bundle but the pod network's; a worker has none of the control plane's. */
    private static Step configuration(NodeSpec spec, RenderedBundle bundle) {
        var files = bundle.manifest().configs().keySet().stream()
                .sorted()
                .filter(file -> !file.equals("cni.conflist"))
                .filter(file -> spec.role() == Role.CONTROL_PLANE || isForWorkers(file))
                .map(bundle::config)
                .toList();
        return new RenderedFiles(new StepId("kubernetes.configuration"), "write the components' configuration", files);
    }

    private static boolean isForWorkers(String file) {
        return List.of("kubelet.yaml", "kube-proxy.yaml", "containerd.toml").contains(file);
    }

    private static Step cni(RenderedBundle bundle) {
        HostFile file = bundle.config("cni.conflist");
        return RenderedFiles.one("network.cni", "configure the pod network", file);
    }
}
