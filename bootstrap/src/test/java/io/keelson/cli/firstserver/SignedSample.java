package io.keelson.cli.firstserver;

import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Component;
import io.keelson.release.BundleManifest.Flag;
import io.keelson.release.BundleManifest.Support;
import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Template;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.ReleasePublicKey;
import io.keelson.trust.ReleaseSigner;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BundleDirectory;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A signed bundle with an etcd in it that is none. */
record SignedSample(BundleDirectory directory, ReleasePublicKey key, VerifiedManifest verified) {
    static SignedSample in(Path root) throws IOException {
        var directory = BundleDirectory.create(root);
        var binary = Files.writeString(Files.createTempFile("etcd", ""), "#!/bin/sh\n");
        var packed = directory.pack(binary);
        Files.delete(binary);
        var manifest = ManifestCodec.write(manifest(List.of(
                new BundleFile.Directory("bin"),
                new BundleFile.Regular("bin/etcd", true, packed.size(), packed.digest(), packed.blob()))));
        var signer = ReleaseSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
        directory.writeManifest(manifest);
        directory.writeSignatures(signer.sign(manifest));
        return new SignedSample(
                directory,
                signer.publicKey(),
                ManifestVerifier.verify(manifest, directory.signatureBytes(), List.of(signer.publicKey())));
    }

    private static BundleManifest manifest(List<BundleFile> files) {
        return new BundleManifest(
                new BundleName("kubernetes-1.20.2-1"),
                KubernetesVersion.parse("1.20.2"),
                Map.of("etcd", "3.5.16"),
                "linux",
                "amd64",
                "0.1.0",
                List.of("1.20"),
                new Support(LocalDate.of(2026, 11, 1), LocalDate.of(2027, 12, 28), LocalDate.of(2028, 12, 28)),
                files.stream()
                        .mapToLong(file -> file instanceof BundleFile.Regular regular ? regular.size() : 0)
                        .sum(),
                files,
                Map.of(
                        "etcd",
                        new Component(
                                "bin/etcd", List.of(new Flag("--name", Optional.of(new Template("${ETCD_NAME}")))))),
                Map.of(),
                List.of(),
                List.of());
    }
}
