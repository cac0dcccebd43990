package io.keelson.agent.artifact;

import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.fleet.NodeSpec;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import io.keelson.trust.BundleTree;
import io.keelson.trust.ManifestCodec;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Bundles of one file. */
public final class SampleBundle {
    public static final byte[] KUBELET = "the program".getBytes(StandardCharsets.UTF_8);

    private SampleBundle() {}

    public static BundleName name(String kubernetes) {
        return new BundleName("kubernetes-" + kubernetes + "-1");
    }

    /** A manifest that allows to come from its own minor version and the one before. */
    public static byte[] manifest(String kubernetes) {
        return manifest(kubernetes, "amd64", "0.1.0");
    }

    public static byte[] manifest(String kubernetes, String architecture, String agent) {
        var version = KubernetesVersion.parse(kubernetes);
        var before = new KubernetesVersion(version.major(), version.minor() - 1, 0);
        return manifest(version, architecture, agent, List.of(before.minorLine(), version.minorLine()));
    }

    public static byte[] manifest(
            KubernetesVersion kubernetes, String architecture, String agent, List<String> allowedFrom) {
        return manifest(name(kubernetes.toString()), kubernetes, "linux/" + architecture, agent, allowedFrom);
    }

    /** @param platform operating system and architecture, with a slash between */
    public static byte[] manifest(
            BundleName name, KubernetesVersion kubernetes, String platform, String agent, List<String> allowedFrom) {
        return manifest(name, kubernetes, platform, agent, allowedFrom, kubelet(KUBELET.length));
    }

    /** Kubernetes 1.32.1, whose one file is so large when it is unpacked. */
    public static byte[] large(BundleName name, long size) {
        var kubernetes = KubernetesVersion.parse("1.32.1");
        return manifest(name, kubernetes, "linux/amd64", "0.1.0", List.of("1.31", "1.32"), kubelet(size));
    }

    private static BundleFile.Regular kubelet(long size) {
        var encoding = size == KUBELET.length ? BundleFile.Encoding.IDENTITY : BundleFile.Encoding.ZSTD;
        var blob = new BundleFile.Blob(Digest.of(KUBELET), KUBELET.length, encoding);
        return new BundleFile.Regular("bin/kubelet", true, size, Digest.of(KUBELET), blob);
    }

    private static byte[] manifest(
            BundleName name,
            KubernetesVersion kubernetes,
            String platform,
            String agent,
            List<String> allowedFrom,
            BundleFile.Regular file) {
        return ManifestCodec.write(new BundleManifest(
                name,
                kubernetes,
                Map.of(),
                platform.split("/", -1)[0],
                platform.split("/", -1)[1],
                agent,
                allowedFrom,
                new Manifest.Support(LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                file.size(),
                BundleTree.complete(List.of(file)),
                Map.of(),
                Map.of(),
                List.of(),
                List.of()));
    }

    /** A worker that is to run a bundle. */
    public static NodeSpec spec(BundleName bundle, Digest manifest) {
        var worker = SampleNode.worker();
        return new NodeSpec(
                worker.cluster(),
                worker.node(),
                worker.role(),
                worker.zone(),
                worker.address(),
                bundle,
                manifest,
                worker.network(),
                worker.podCidr(),
                worker.controlPlane(),
                worker.etcd(),
                worker.routes(),
                worker.labels());
    }
}
