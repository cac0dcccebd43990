package io.keelson.lab.bench.unpack;

import io.keelson.durable.FileMode;
import io.keelson.lab.fleet.Tool;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest.Support;
import io.keelson.trust.BundleTree;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BundleDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The same files twice: as a bundle, and as a tar archive compressed at the same level of zstd.
 *
 * @param bundle a bundle's directory
 * @param manifest digest of its manifest
 * @param archive the peer's
 * @param bytes of all files
 * @param packedBytes of all blobs
 * @param archiveBytes of the archive
 * @param tree digest over the files' names, modes and contents, as {@link UnpackedTree} counts it
 */
record Sample(
        Path bundle, Digest manifest, Path archive, long bytes, long packedBytes, long archiveBytes, Digest tree) {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** What a control-plane host gets, about 330 MB of it. */
    private static final List<String> PARTS = List.of(
            "cni/1.1.1",
            "containerd/1.6.20/containerd",
            "etcd/3.5.16/etcd",
            "kubernetes/1.20.2/kube-apiserver",
            "kubernetes/1.20.2/kubelet");

    /** Makes both from the lab's bits, below an empty directory. */
    static Sample make(Path bits, Path directory) {
        try {
            var files = copy(bits, directory.resolve("files"));
            var bundle = BundleDirectory.create(directory.resolve("bundle"));
            var packed = new ArrayList<Regular>();
            for (var file : files) {
                var content = bundle.pack(file);
                var name = directory.resolve("files").relativize(file).toString();
                packed.add(new Regular(name, true, content.size(), content.digest(), content.blob()));
            }
            var manifest = ManifestCodec.write(manifest(packed));
            bundle.writeManifest(manifest);
            var archive = archive(directory);
            return new Sample(
                    bundle.root(),
                    Digest.of(manifest),
                    archive,
                    packed.stream().mapToLong(Regular::size).sum(),
                    packed.stream().mapToLong(file -> file.blob().size()).sum(),
                    Files.size(archive),
                    UnpackedTree.digest(directory.resolve("files")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 of the archive, 64 hexadecimal digits. */
    String archiveDigest() {
        try {
            return UnpackedTree.contentOf(archive).hex();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> copy(Path bits, Path to) throws IOException {
        var copied = new ArrayList<Path>();
        for (var part : PARTS) {
            try (var found = Files.walk(bits.resolve(part))) {
                for (var file : found.filter(Files::isRegularFile).sorted().toList()) {
                    var copy = to.resolve(bits.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                    Files.setPosixFilePermissions(copy, FileMode.EXECUTABLE.permissions());
                    copied.add(copy);
                }
            }
        }
        return copied;
    }

    private static Path archive(Path directory) {
        var tool = new Tool(directory, directory.resolve("archive.log"), Map.of());
        tool.must(LIMIT, List.of("bash", "-euo", "pipefail", "-c", "tar -C files -c . | zstd -q -6 -o files.tar.zst"));
        return directory.resolve("files.tar.zst");
    }

    private static BundleManifest manifest(List<Regular> files) {
        return new BundleManifest(
                new BundleName("bench-1.20.2-1"),
                KubernetesVersion.parse("1.20.2"),
                Map.of(),
                "linux",
                "amd64",
                "0.1.0",
                List.of("1.20"),
                new Support(LocalDate.EPOCH, LocalDate.EPOCH, LocalDate.EPOCH),
                files.stream().mapToLong(Regular::size).sum(),
                BundleTree.complete(files),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
    }
}
