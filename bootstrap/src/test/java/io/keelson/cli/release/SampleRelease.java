package io.keelson.cli.release;

import io.keelson.cli.release.profile.ProfileLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A release description with small stand-ins for its programs. */
public final class SampleRelease {
    private static final List<String> PROGRAMS = List.of(
            "bin/kube-apiserver",
            "bin/kube-controller-manager",
            "bin/kube-scheduler",
            "bin/kubelet",
            "bin/kube-proxy",
            "bin/kubectl",
            "bin/etcd",
            "bin/etcdctl",
            "bin/etcdutl",
            "bin/containerd",
            "bin/containerd-shim-runc-v2",
            "bin/ctr",
            "bin/runc",
            "cni/bridge",
            "cni/host-local",
            "cni/loopback",
            "cni/portmap");

    private SampleRelease() {}

    /** The minors that there are profiles for. */
    static List<String> minors() {
        return ProfileLibrary.MINORS;
    }

    /** Writes the stand-ins and the description, and returns the description's file. */
    public static Path write(Path directory, String minor, List<String> extraLines) throws IOException {
        var bits = Files.createDirectories(directory.resolve("bits"));
        var lines = new ArrayList<>(head(minor));
        lines.add("  files:");
        for (var program : PROGRAMS) {
            var name = program.substring(program.indexOf('/') + 1);
            Files.writeString(bits.resolve(name), (name + "\n").repeat(500));
            lines.add("    - {path: " + program + ", source: bits/" + name + ", executable: true}");
        }
        // Too short for zstd to shrink.
        Files.write(bits.resolve("pause.tar"), "pause".getBytes(StandardCharsets.UTF_8));
        lines.addAll(extraLines);
        return Files.writeString(
                directory.resolve("release.yaml"), lines.stream().collect(Collectors.joining("\n")) + "\n");
    }

    private static List<String> head(String minor) {
        var containerd = minor.equals("1.36") ? "2.1.9" : "1.7.24";
        return List.of(
                "apiVersion: keelson.io/v1alpha1",
                "kind: Release",
                "metadata: {name: kubernetes-" + minor + ".2-1}",
                "spec:",
                "  kubernetes: " + minor + ".2",
                "  os: linux",
                "  architecture: amd64",
                "  minimumAgent: 0.1.0",
                "  allowedFrom: [\"1.19\"]",
                "  support: {released: 2026-11-01, standardUntil: 2027-12-28, endOfLife: 2028-12-28}",
                "  versions: {etcd: 3.5.16, containerd: " + containerd + ", runc: 1.1.5, cni: 1.1.1}",
                "  profile: kubernetes-" + minor,
                "  images: [{reference: keelson.local/pause:3.10, path: images/pause.tar, source: bits/pause.tar, role: pause}]");
    }
}
