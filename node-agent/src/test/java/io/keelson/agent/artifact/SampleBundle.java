package io.keelson.agent.artifact;

import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.fleet.NodeSpec;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
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
        var blob = new BundleFile.Blob(Digest.of(KUBELET), KUBELET.length, BundleFile.Encoding.IDENTITY);
        var file = new BundleFile.Regular("bin/kubelet", true, KUBELET.length, Digest.of(KUBELET), blob);
        return ManifestCodec.write(new BundleManifest(
                name(kubernetes.toString()),
                kubernetes,
                Map.of(),
                "linux",
                architecture,
                agent,
                allowedFrom,
                new BundleManifest.Support(
                        LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                KUBELET.length,
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
