package io.keelson.trust;

import io.keelson.release.BundleFile;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Addon;
import io.keelson.release.BundleManifest.Component;
import io.keelson.release.BundleManifest.Flag;
import io.keelson.release.BundleManifest.Image;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest.Support;
import io.keelson.release.Template;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Manifests for tests. */
public final class SampleManifest {
    private SampleManifest() {}

    /** A manifest with these files and nothing that refers to them. */
    public static BundleManifest of(Collection<? extends BundleFile> files) {
        return new BundleManifest(
                new BundleName("kubernetes-1.31.4-1"),
                KubernetesVersion.parse("1.31.4"),
                Map.of("etcd", "3.5.16"),
                "linux",
                "amd64",
                "0.1.0",
                List.of("1.30", "1.31"),
                new Support(LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                files.stream()
                        .mapToLong(f -> f instanceof Regular regular ? regular.size() : 0)
                        .sum(),
                List.copyOf(files),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
    }

    /** A manifest that has something in every field. */
    public static BundleManifest full() {
        var kubelet = plain("bin/kubelet", true, "kubelet");
        var pause = plain("images/pause.tar", false, "pause");
        var files = BundleTree.complete(List.of(kubelet, pause, new BundleFile.Symlink("bin/hyper", "kubelet")));
        var bare = of(files);
        return new BundleManifest(
                bare.name(),
                bare.kubernetes(),
                bare.versions(),
                bare.os(),
                bare.architecture(),
                bare.minimumAgent(),
                bare.allowedFrom(),
                bare.support(),
                bare.totalSize(),
                bare.files(),
                Map.of(
                        "kubelet",
                        new Component(
                                "bin/kubelet",
                                List.of(
                                        new Flag("--config", Optional.of(new Template("${CONFIG_DIR}/kubelet.yaml"))),
                                        new Flag("--bare", Optional.empty())))),
                Map.of("kubelet.yaml", new Template("clusterDNS: [${DNS_ADDRESS}]\ncost: 5$$\n")),
                List.of(new Image("keelson.local/pause:3.10", "images/pause.tar", "pause")),
                List.of(new Addon("coredns", new Template("kind: List\n"))));
    }

    /** A file whose blob is its content. */
    public static Regular plain(String path, boolean executable, String content) {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        var digest = Digest.of(bytes);
        return new Regular(
                path,
                executable,
                bytes.length,
                digest,
                new BundleFile.Blob(digest, bytes.length, BundleFile.Encoding.IDENTITY));
    }
}
