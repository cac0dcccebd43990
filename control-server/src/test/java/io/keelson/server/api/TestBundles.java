package io.keelson.server.api;

import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.server.content.BundleCatalog;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ReleaseSigner;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Signed bundles with one small file, and the directory of the key that signed them. */
final class TestBundles {
    private final Path keys;
    private final ReleaseSigner signer =
            ReleaseSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());

    TestBundles(Path keys) throws IOException {
        this.keys = keys;
        Files.createDirectories(keys);
        Files.write(keys.resolve("release.pub"), signer.publicKey().pem());
    }

    Path keys() {
        return keys;
    }

    /** A bundle before it is published. */
    @SuppressWarnings("ArrayRecordComponent")
    record Built(byte[] manifest, byte[] signatures, Digest digest, byte[] blob) {}

    Built build(String name, String version, byte[] content) {
        return build(name, version, content, signer);
    }

    Built build(String name, String version, byte[] content, ReleaseSigner by) {
        var digest = Digest.of(content);
        var day = LocalDate.of(2026, 11, 1);
        var manifest = ManifestCodec.write(new BundleManifest(
                new BundleName(name),
                KubernetesVersion.parse(version),
                Map.of("etcd", "3.5.16"),
                "linux",
                "amd64",
                "0.1.0",
                List.of(KubernetesVersion.parse(version).minorLine()),
                new BundleManifest.Support(day, day.plusYears(1), day.plusYears(2)),
                content.length,
                List.of(
                        new BundleFile.Directory("bin"),
                        new BundleFile.Regular(
                                "bin/kubelet",
                                true,
                                content.length,
                                digest,
                                new BundleFile.Blob(digest, content.length, BundleFile.Encoding.IDENTITY))),
                Map.of(),
                Map.of(),
                List.of(),
                List.of()));
        return new Built(manifest, by.sign(manifest), digest, content);
    }

    void publish(BundleCatalog catalog, String name, String version) {
        var built = build(name, version, ("kubelet " + version).getBytes(StandardCharsets.UTF_8));
        var verified = catalog.check(built.manifest(), built.signatures());
        catalog.receive(verified, built.digest(), new ByteArrayInputStream(built.blob()));
        catalog.publish("test", built.manifest(), built.signatures());
    }
}
