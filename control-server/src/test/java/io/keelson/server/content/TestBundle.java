package io.keelson.server.content;

import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import io.keelson.trust.ManifestCodec;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** A small bundle with one file. */
public final class TestBundle {
    public final String name;
    public final byte[] blob;
    public final Digest digest;
    public final byte[] manifest;

    public TestBundle(String name, String content) {
        this(name, "1.20.2", content.getBytes(StandardCharsets.UTF_8));
    }

    public TestBundle(String name, String kubernetes, byte[] content) {
        this(name, kubernetes, "3.5.16", content);
    }

    public TestBundle(String name, String kubernetes, String etcd, byte[] content) {
        this.name = name;
        blob = content.clone();
        digest = Digest.of(blob);
        var file = new BundleFile.Regular(
                "bin/tool",
                true,
                blob.length,
                digest,
                new BundleFile.Blob(digest, blob.length, BundleFile.Encoding.IDENTITY));
        manifest = ManifestCodec.write(new BundleManifest(
                new BundleName(name),
                KubernetesVersion.parse(kubernetes),
                Map.of("etcd", etcd),
                "linux",
                "amd64",
                "0.1.0",
                List.of(KubernetesVersion.parse(kubernetes).minorLine()),
                new Manifest.Support(LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                blob.length,
                List.of(new BundleFile.Directory("bin"), file),
                Map.of(),
                Map.of(),
                List.of(),
                List.of()));
    }

    public BundleName bundle() {
        return new BundleName(name);
    }
}
