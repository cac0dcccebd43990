package io.keelson.server.content;

import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ReleaseKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** A small signed bundle with one file, and the key that signed it. */
public final class TestBundle {
    public final String name;
    public final byte[] blob;
    public final Digest digest;
    public final byte[] manifest;
    public final byte[] signatures;

    public TestBundle(Path keyDirectory, String name, String content) {
        this.name = name;
        blob = content.getBytes(StandardCharsets.UTF_8);
        digest = Digest.of(blob);
        var file = new BundleFile.Regular(
                "bin/tool",
                true,
                blob.length,
                digest,
                new BundleFile.Blob(digest, blob.length, BundleFile.Encoding.IDENTITY));
        manifest = ManifestCodec.write(new BundleManifest(
                new BundleName(name),
                KubernetesVersion.parse("1.20.2"),
                Map.of("etcd", "3.5.16"),
                "linux",
                "amd64",
                "0.1.0",
                List.of("1.20"),
                new BundleManifest.Support(
                        LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                blob.length,
                List.of(new BundleFile.Directory("bin"), file),
                Map.of(),
                Map.of(),
                List.of(),
                List.of()));
        signatures = sign(keyDirectory);
    }

    private byte[] sign(Path directory) {
        var key = directory.resolve("release.key");
        var passphrase = "for this test only".toCharArray();
        try {
            Files.createDirectories(directory);
            var signer =
                    Files.exists(key) ? ReleaseKeyFile.open(key, passphrase) : ReleaseKeyFile.create(key, passphrase);
            Files.write(directory.resolve("release.pub"), signer.publicKey().pem());
            return signer.sign(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
