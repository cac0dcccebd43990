package io.keelson.agent.kubernetes;

import io.keelson.fleet.NodeSpec;
import io.keelson.release.BundleName;
import java.nio.file.Path;

/** Where a node's files lie. Bundles refer to these names; they do not change. */
final class NodeFiles {
    static final Path CONFIG = Path.of("/etc/kubernetes");
    static final Path PKI = CONFIG.resolve("pki");
    static final Path CLUSTER_CA = PKI.resolve("ca.crt");
    static final Path ETCD_CA = PKI.resolve("etcd/ca.crt");
    static final Path FRONT_PROXY_CA = PKI.resolve("front-proxy-ca.crt");
    static final Path SERVICE_ACCOUNT_KEY = PKI.resolve("sa.key");
    static final Path SERVICE_ACCOUNT_PUBLIC_KEY = PKI.resolve("sa.pub");
    static final Path CONTAINERD_CONFIG = Path.of("/etc/containerd/config.toml");
    static final String CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
    static final Path CNI_CONFIG = Path.of("/etc/cni/net.d/10-keelson.conflist");
    /** Where every component of a host reaches the API: its own server, or the balancer. */
    static final String API = "https://127.0.0.1:" + NodeSpec.API_PORT;

    private static final Path RELEASES = Path.of("/opt/keelson/releases");

    private NodeFiles() {}

    static Path release(BundleName bundle) {
        return RELEASES.resolve(bundle.value());
    }

    static Path kubeconfig(String name) {
        return CONFIG.resolve(name + ".kubeconfig");
    }

    /** Where a configuration of the bundle goes, by its file name. */
    static Path config(String file) {
        return switch (file) {
            case "containerd.toml" -> CONTAINERD_CONFIG;
            case "cni.conflist" -> CNI_CONFIG;
            default -> CONFIG.resolve(file);
        };
    }
}
