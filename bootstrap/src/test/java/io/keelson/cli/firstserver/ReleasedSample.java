package io.keelson.cli.firstserver;

import io.keelson.cli.repository.OfflineRelease;
import io.keelson.cli.repository.People;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Component;
import io.keelson.release.BundleManifest.Flag;
import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest.Support;
import io.keelson.release.Template;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BundleDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A released bundle with an etcd in it that is none. */
record ReleasedSample(BundleDirectory directory, People people, Path repository, Path onlineKey) {
    private static final String NAME = "kubernetes-1.20.2-1";

    static ReleasedSample in(Path root) throws IOException {
        var directory = BundleDirectory.create(root.resolve("bundle"));
        var binary = Files.writeString(Files.createTempFile("etcd", ""), "#!/bin/sh\n");
        var packed = directory.pack(binary);
        Files.delete(binary);
        var manifest = ManifestCodec.write(manifest(List.of(
                new BundleFile.Directory("bin"),
                new BundleFile.Regular("bin/etcd", true, packed.size(), packed.digest(), packed.blob()))));
        directory.writeManifest(manifest);
        var onlineKey = root.resolve("online.key");
        var people = People.with(onlineKey);
        var repository = root.resolve("repository");
        people.release(
                people.found(repository), new BundleName(NAME), directory.root().resolve("manifest.json"));
        return new ReleasedSample(directory, people, repository, onlineKey);
    }

    OfflineRelease release() {
        return OfflineRelease.find(repository, directory);
    }

    private static BundleManifest manifest(List<BundleFile> files) {
        return new BundleManifest(
                new BundleName(NAME),
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
