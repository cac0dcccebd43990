package io.keelson.agent.kubernetes;

import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.PodRoute;
import io.keelson.fleet.Role;
import io.keelson.fleet.Zone;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Addon;
import io.keelson.release.BundleManifest.Component;
import io.keelson.release.BundleManifest.Flag;
import io.keelson.release.BundleManifest.Image;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import io.keelson.release.Template;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Specs and bundles that tests begin with. */
public final class SampleNode {
    public static final String BUNDLE = "kubernetes-1.20.2-1";

    static final String PAUSE = "keelson.local/pause:3.10";
    static final String BUSYBOX = "keelson.local/busybox:1.35";

    private SampleNode() {}

    public static NodeSpec controlPlane() {
        return spec(new ClusterName("prod"), Role.CONTROL_PLANE, "cp-a", "192.0.2.1");
    }

    public static NodeSpec worker() {
        return workerOf(new ClusterName("prod"));
    }

    public static NodeSpec workerOf(ClusterName cluster) {
        return spec(cluster, Role.WORKER, "w-1", "192.0.2.11");
    }

    private static NodeSpec spec(ClusterName cluster, Role role, String name, String address) {
        var members = List.of(
                EtcdMember.standard(new NodeName("cp-a"), new IpAddress("192.0.2.1")),
                EtcdMember.standard(new NodeName("cp-b"), new IpAddress("192.0.2.2")),
                EtcdMember.standard(new NodeName("cp-c"), new IpAddress("192.0.2.3")));
        return new NodeSpec(
                cluster,
                new NodeName(name),
                role,
                new Zone("zone-a"),
                new IpAddress(address),
                new BundleName(BUNDLE),
                Digest.of(new byte[0]),
                new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local"),
                Cidr.parse("10.244.0.0/24"),
                members.stream().map(EtcdMember::address).toList(),
                EtcdSpec.founding(
                        "prod-etcd",
                        members,
                        role == Role.CONTROL_PLANE ? Optional.of(members.getFirst()) : Optional.empty()),
                List.of(new PodRoute(new NodeName("cp-b"), Cidr.parse("10.244.1.0/24"), new IpAddress("192.0.2.2"))),
                Map.of("keelson.io/pool", "default"));
    }

    public static BundleManifest bundle() {
        return bundle(BUNDLE, "kind: KubeletConfiguration\n");
    }

    static BundleManifest bundle(String name, String kubeletConfiguration) {
        var components = Map.of(
                "etcd", component("etcd", "name=${ETCD_NAME}", "data-dir=${ETCD_DATA_DIR}"),
                "containerd", component("containerd", "config=/etc/containerd/config.toml"),
                "kube-apiserver", component("kube-apiserver", "etcd-servers=${ETCD_ENDPOINTS}"),
                "kube-controller-manager",
                        component("kube-controller-manager", "kubeconfig=${CONFIG_DIR}/controller-manager.kubeconfig"),
                "kube-scheduler", component("kube-scheduler", "config=${CONFIG_DIR}/kube-scheduler.yaml"),
                "kubelet",
                        component(
                                "kubelet",
                                "config=${CONFIG_DIR}/kubelet.yaml",
                                "node-labels=topology.kubernetes.io/zone=${ZONE}"),
                "kube-proxy", component("kube-proxy", "config=${CONFIG_DIR}/kube-proxy.yaml"));
        var files = Stream.concat(components.keySet().stream(), Stream.of("etcdctl", "runc"))
                .sorted()
                .<BundleFile>map(program -> file("bin/" + program))
                .collect(Collectors.toCollection(ArrayList::new));
        files.add(file(BundleManifest.SBOM, name));
        return new BundleManifest(
                new BundleName(name),
                KubernetesVersion.parse("1.20.2"),
                Map.of("etcd", "3.5.16"),
                "linux",
                "amd64",
                "0.1.0",
                List.of("1.19", "1.20"),
                new Manifest.Support(LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                300L << 20,
                files,
                components,
                Map.of(
                        "kubelet.yaml", new Template(kubeletConfiguration),
                        "kube-proxy.yaml", new Template("clusterCIDR: ${POD_CIDR}\n"),
                        "kube-scheduler.yaml", new Template("kind: KubeSchedulerConfiguration\n"),
                        "containerd.toml",
                                new Template("sandbox_image = \"${PAUSE_IMAGE}\"\nbin = \"${RELEASE_DIR}/bin\"\n"),
                        "cni.conflist", new Template("{\"subnet\": \"${NODE_POD_CIDR}\"}\n")),
                List.of(
                        new Image(PAUSE, "images/pause.tar", "pause"),
                        new Image(BUSYBOX, "images/busybox.tar", "addon")),
                List.of(new Addon("kubelet-access", new Template("kind: ClusterRoleBinding\n"))));
    }

    /** Another bundle, with other bytes in the files of those names. */
    public static BundleManifest bundleWithOther(String name, String... programs) {
        var bundle = bundle(name, "kind: KubeletConfiguration\n");
        return new BundleManifest(
                bundle.name(),
                bundle.kubernetes(),
                bundle.versions(),
                bundle.os(),
                bundle.architecture(),
                bundle.minimumAgent(),
                bundle.allowedFrom(),
                bundle.support(),
                bundle.totalSize(),
                bundle.files().stream()
                        .map(file -> List.of(programs).contains(file.path().replace("bin/", ""))
                                ? file(file.path(), "other")
                                : file)
                        .toList(),
                bundle.components(),
                bundle.configs(),
                bundle.images(),
                bundle.addons());
    }

    private static Component component(String name, String... flags) {
        return new Component(
                "bin/" + name,
                Stream.of(flags)
                        .map(flag -> new Flag(
                                flag.substring(0, flag.indexOf('=')),
                                Optional.of(new Template(flag.substring(flag.indexOf('=') + 1)))))
                        .collect(Collectors.toList()));
    }

    private static BundleFile file(String path) {
        return file(path, "");
    }

    private static BundleFile file(String path, String content) {
        var digest = Digest.of((path + content).getBytes(StandardCharsets.UTF_8));
        return new BundleFile.Regular(
                path, true, 7, digest, new BundleFile.Blob(digest, 7, BundleFile.Encoding.IDENTITY));
    }
}
