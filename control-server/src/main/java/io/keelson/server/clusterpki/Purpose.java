package io.keelson.server.clusterpki;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Usage;
import java.time.Duration;
import java.util.List;

/**
 * What a certificate of a cluster is for. Names and subject follow from the node's spec alone; Kubernetes' own are
 * those of its documentation ("PKI certificates and requirements", "Using Node Authorization").
 */
public enum Purpose {
    ETCD_SERVER(Authority.ETCD, true),
    ETCD_PEER(Authority.ETCD, true),
    /** The API server's own client of etcd. */
    ETCD_CLIENT(Authority.ETCD, true),
    KUBE_APISERVER(Authority.KUBERNETES, true),
    KUBE_APISERVER_KUBELET_CLIENT(Authority.KUBERNETES, true),
    FRONT_PROXY_CLIENT(Authority.FRONT_PROXY, true),
    KUBE_CONTROLLER_MANAGER(Authority.KUBERNETES, true),
    KUBE_SCHEDULER(Authority.KUBERNETES, true),
    KUBELET_CLIENT(Authority.KUBERNETES, false),
    KUBELET_SERVER(Authority.KUBERNETES, false),
    KUBE_PROXY(Authority.KUBERNETES, false),
    /** For the agent itself. */
    AGENT_ADMIN(Authority.KUBERNETES, true);

    /** How long every certificate of a cluster is valid. */
    public static final Duration VALIDITY = Duration.ofDays(365);

    private final Authority authority;
    private final boolean controlPlaneOnly;

    Purpose(Authority authority, boolean controlPlaneOnly) {
        this.authority = authority;
        this.controlPlaneOnly = controlPlaneOnly;
    }

    Authority authority() {
        return authority;
    }

    /** Whether a node of that role may have such a certificate. */
    public boolean allowedFor(Role role) {
        return switch (role) {
            case CONTROL_PLANE -> true;
            case WORKER -> !controlPlaneOnly;
        };
    }

    /** The DNS name by which a cluster's API is reached through the server's tunnel. */
    public static String tunnelName(ClusterName cluster) {
        return cluster + ".clusters.keelson.internal";
    }

    CertificateProfile profile(NodeSpec node) {
        var name = node.node().value();
        return switch (this) {
            case ETCD_SERVER, ETCD_PEER -> etcd(node);
            case ETCD_CLIENT -> client("kube-apiserver-etcd-client", List.of());
            case KUBE_APISERVER -> apiServer(node);
            case KUBE_APISERVER_KUBELET_CLIENT -> client("kube-apiserver-kubelet-client", List.of());
            case FRONT_PROXY_CLIENT -> client("front-proxy-client", List.of());
            case KUBE_CONTROLLER_MANAGER -> client("system:kube-controller-manager", List.of());
            case KUBE_SCHEDULER -> client("system:kube-scheduler", List.of());
            case KUBELET_CLIENT -> client("system:node:" + name, List.of("system:nodes"));
            case KUBELET_SERVER ->
                server(
                        "system:node:" + name,
                        List.of("system:nodes"),
                        List.of(name),
                        List.of(node.address().value()),
                        Usage.SERVER);
            case KUBE_PROXY -> client("system:kube-proxy", List.of());
            case AGENT_ADMIN -> client("keelson:agent:" + name, List.of("system:masters"));
        };
    }

    private static CertificateProfile etcd(NodeSpec node) {
        // Servers of etcd dial each other and themselves with the same certificate.
        return server(
                node.node().value(),
                List.of(),
                List.of(node.node().value(), "localhost"),
                List.of("127.0.0.1", node.address().value()),
                Usage.SERVER_AND_CLIENT);
    }

    private static CertificateProfile apiServer(NodeSpec node) {
        IpAddress service = node.network().apiServiceAddress();
        return server(
                "kube-apiserver",
                List.of(),
                List.of(
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc." + node.network().dnsDomain(),
                        "localhost",
                        node.node().value(),
                        tunnelName(node.cluster())),
                List.of("127.0.0.1", node.address().value(), service.value()),
                Usage.SERVER);
    }

    static CertificateProfile client(String commonName, List<String> organizations) {
        return new CertificateProfile(
                commonName, organizations, List.of(), List.of(), List.of(), Usage.CLIENT, VALIDITY);
    }

    /** The control server's own client; longer than any drain, shorter than it would be worth stealing. */
    static CertificateProfile maintenance() {
        return new CertificateProfile(
                "keelson:maintenance", List.of(), List.of(), List.of(), List.of(), Usage.CLIENT, Duration.ofHours(36));
    }

    private static CertificateProfile server(
            String commonName, List<String> organizations, List<String> dns, List<String> addresses, Usage usage) {
        return new CertificateProfile(commonName, organizations, dns, addresses, List.of(), usage, VALIDITY);
    }
}
