package io.keelson.lab.fleet;

import java.nio.file.Path;
import java.util.List;

/** The lab's release: Kubernetes 1.20.2 from the lab's bits, with what a host in a container needs to differ in. */
final class ReleaseDescription {
    /** The etcd of the lab's release. */
    static final String ETCD_VERSION = "3.5.16";

    private static final List<String> KUBERNETES =
            List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy");
    private static final List<String> ETCD = List.of("etcd", "etcdctl", "etcdutl");
    private static final List<String> CONTAINERD = List.of("containerd", "containerd-shim-runc-v2", "ctr");
    private static final List<String> CNI = List.of("bridge", "host-local", "loopback", "portmap");

    private ReleaseDescription() {}

    static String of(String name, Path bits) {
        return of(name, ETCD_VERSION, bits);
    }

    /** The same with another etcd of the lab's bits, and nothing else that differs. */
    static String of(String name, String etcd, Path bits) {
        var text = new StringBuilder("""
                apiVersion: keelson.io/v1alpha1
                kind: Release
                metadata: {name: %s}
                spec:
                  kubernetes: 1.20.2
                  os: linux
                  architecture: amd64
                  minimumAgent: 0.1.0
                  allowedFrom: ["1.19", "1.20"]
                  support: {released: 2026-11-01, standardUntil: 2027-12-28, endOfLife: 2028-12-28}
                  versions: {etcd: %s, containerd: 1.6.20, runc: 1.1.5, cni: 1.1.1}
                  profile: kubernetes-1.20
                  files:
                """.formatted(name, etcd));
        KUBERNETES.forEach(program ->
                file(text, "bin/" + program, bits.resolve("kubernetes/1.20.2").resolve(program)));
        file(text, "bin/kubectl", bits.resolve("kubectl/1.32/kubectl"));
        ETCD.forEach(program ->
                file(text, "bin/" + program, bits.resolve("etcd").resolve(etcd).resolve(program)));
        CONTAINERD.forEach(program ->
                file(text, "bin/" + program, bits.resolve("containerd/1.6.20").resolve(program)));
        file(text, "bin/runc", bits.resolve("runc/1.1.5/runc"));
        CNI.forEach(
                plugin -> file(text, "cni/" + plugin, bits.resolve("cni/1.1.1").resolve(plugin)));
        text.append("  images:\n");
        image(text, "keelson.local/pause:3.10", "pause", bits.resolve("images/pause.tar"));
        image(text, "keelson.local/busybox:1.35", "addon", bits.resolve("images/busybox.tar"));
        return text.append(OVERRIDES).toString();
    }

    /** A host in a container has no cgroups of systemd's, may not lower OOM scores, and shares a disk that may be full. */
    private static final String OVERRIDES = """
              overrides:
                configs:
                  kubelet.yaml:
                    set:
                      cgroupDriver: cgroupfs
                      failSwapOn: false
                      evictionHard:
                        memory.available: 0%
                        nodefs.available: 0%
                        nodefs.inodesFree: 0%
                        imagefs.available: 0%
                      imageGCHighThresholdPercent: 100
                  containerd.toml:
                    set:
                      plugins:
                        io.containerd.grpc.v1.cri:
                          restrict_oom_score_adj: true
                          containerd:
                            runtimes:
                              runc:
                                options: {SystemdCgroup: false}
            """;

    private static void file(StringBuilder text, String path, Path source) {
        text.append("    - {path: %s, source: %s, executable: true}%n".formatted(path, source));
    }

    private static void image(StringBuilder text, String reference, String role, Path source) {
        text.append("    - {reference: %s, path: images/%s, source: %s, role: %s}%n"
                .formatted(reference, source.getFileName(), source, role));
    }
}
