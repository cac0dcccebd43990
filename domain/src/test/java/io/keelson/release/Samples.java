package io.keelson.release;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Bundles for tests. */
public final class Samples {
    private Samples() {}

    /** A bundle without content. */
    public static BundleManifest bundle(String name, KubernetesVersion version, List<String> allowedFrom) {
        var day = LocalDate.of(2026, 11, 1);
        return new BundleManifest(
                new BundleName(name),
                version,
                Map.of("etcd", "3.5.16"),
                "linux",
                "amd64",
                "0.1.0",
                allowedFrom,
                new Manifest.Support(day, day.plusYears(1), day.plusYears(2)),
                0,
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
    }

    /** A bundle with a program for each component and the tools beside it; etcd's are of that version. */
    public static BundleManifest withPrograms(String name, String etcd) {
        return withPrograms(name, etcd, "1.20.2");
    }

    /** The same with another kubelet. */
    public static BundleManifest withPrograms(String name, String etcd, String kubelet) {
        var empty = bundle(name, KubernetesVersion.parse("1.20.2"), List.of());
        return new BundleManifest(
                empty.name(),
                empty.kubernetes(),
                Map.of("etcd", etcd, "containerd", "1.6.20"),
                empty.os(),
                empty.architecture(),
                empty.minimumAgent(),
                empty.allowedFrom(),
                empty.support(),
                0,
                List.of(
                        new BundleFile.Directory("bin"),
                        file("bin/etcd", etcd),
                        file("bin/etcdctl", etcd),
                        file("bin/kubelet", kubelet),
                        file("bin/runc", "1.1.5")),
                Map.of(
                        "etcd", new BundleManifest.Component("bin/etcd", List.of()),
                        "kubelet", new BundleManifest.Component("bin/kubelet", List.of())),
                Map.of("kubelet.yaml", new Template("kind: KubeletConfiguration\n")),
                List.of(new BundleManifest.Image("keelson.local/pause:3.10", "images/pause.tar", "pause")),
                List.of(new BundleManifest.Addon("access", new Template("kind: ClusterRoleBinding\n"))));
    }

    /** The same with other files, components or configurations. */
    static BundleManifest with(
            BundleManifest bundle,
            List<BundleFile> files,
            Map<String, BundleManifest.Component> components,
            Map<String, Template> configs) {
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
                files,
                components,
                configs,
                bundle.images(),
                bundle.addons());
    }

    /** A program whose bytes follow from its path and version. */
    static BundleFile file(String path, String version) {
        var digest = Digest.of((path + " " + version).getBytes(StandardCharsets.UTF_8));
        return new BundleFile.Regular(
                path, true, 7, digest, new BundleFile.Blob(digest, 7, BundleFile.Encoding.IDENTITY));
    }

    /** The same as the server knows it; its digest follows from its name. */
    public static KnownBundle published(BundleManifest bundle) {
        return KnownBundle.released(bundle, Digest.of(bundle.name().value().getBytes(StandardCharsets.UTF_8)));
    }

    /** A published bundle whose digest follows from its name. */
    public static KnownBundle published(String name, String version, String... allowedFrom) {
        return published(bundle(name, KubernetesVersion.parse(version), List.of(allowedFrom)));
    }

    /** A level of an operating system as the control server knows it. */
    public static KnownBundle level(String name) {
        var day = LocalDate.of(2026, 11, 1);
        var blob = new BundleFile.Blob(Digest.of(new byte[1]), 1, BundleFile.Encoding.IDENTITY);
        var level = new OsManifest(
                new BundleName(name),
                new OsRelease("debian", "12"),
                PackageFormat.DEB,
                "linux",
                "amd64",
                "0.1.0",
                new Manifest.Support(day, day.plusYears(1), day.plusYears(2)),
                1,
                List.of(new BundleFile.Regular("tzdata.deb", false, 1, Digest.of(new byte[1]), blob)),
                List.of(new OsPackage("tzdata", "1", "all", "tzdata.deb", 1, 0, false, false)));
        return KnownBundle.released(level, Digest.of(name.getBytes(StandardCharsets.UTF_8)));
    }
}
