package io.keelson.agent.kubernetes;

import static io.keelson.agent.kubernetes.NodeFiles.CLUSTER_CA;
import static io.keelson.agent.kubernetes.NodeFiles.ETCD_CA;
import static io.keelson.agent.kubernetes.NodeFiles.FRONT_PROXY_CA;

import io.keelson.agent.kubernetes.Credentials.Purpose;
import io.keelson.fleet.NodeSpec;
import java.util.ArrayList;
import java.util.List;

/** Which certificates a node has. The names are the least that its components need; the server may put in more. */
final class NodeCertificates {
    static final CertificateFile ADMIN = CertificateFile.of(Purpose.AGENT_ADMIN, "admin", CLUSTER_CA);
    static final CertificateFile KUBELET_CLIENT =
            CertificateFile.of(Purpose.KUBELET_CLIENT, "kubelet-client", CLUSTER_CA);
    static final CertificateFile KUBE_PROXY = CertificateFile.of(Purpose.KUBE_PROXY, "kube-proxy", CLUSTER_CA);
    static final CertificateFile CONTROLLER_MANAGER =
            CertificateFile.of(Purpose.KUBE_CONTROLLER_MANAGER, "controller-manager", CLUSTER_CA);
    static final CertificateFile SCHEDULER = CertificateFile.of(Purpose.KUBE_SCHEDULER, "scheduler", CLUSTER_CA);

    private NodeCertificates() {}

    /** The certificates of a node, by its role. */
    static List<CertificateFile> of(NodeSpec spec) {
        return switch (spec.role()) {
            case CONTROL_PLANE -> {
                var all = new ArrayList<>(controlPlane(spec));
                all.addAll(everywhere(spec));
                yield List.copyOf(all);
            }
            case WORKER -> everywhere(spec);
        };
    }

    private static List<CertificateFile> everywhere(NodeSpec spec) {
        var address = spec.address().value();
        return List.of(
                KUBELET_CLIENT,
                CertificateFile.of(
                        Purpose.KUBELET_SERVER,
                        "kubelet",
                        CLUSTER_CA,
                        address,
                        spec.node().value()),
                KUBE_PROXY);
    }

    private static List<CertificateFile> controlPlane(NodeSpec spec) {
        var address = spec.address().value();
        return List.of(
                CertificateFile.of(Purpose.ETCD_SERVER, "etcd/server", ETCD_CA, address),
                CertificateFile.of(Purpose.ETCD_PEER, "etcd/peer", ETCD_CA, address),
                CertificateFile.of(Purpose.ETCD_CLIENT, "apiserver-etcd-client", ETCD_CA),
                CertificateFile.of(
                        Purpose.KUBE_APISERVER,
                        "apiserver",
                        CLUSTER_CA,
                        address,
                        "127.0.0.1",
                        spec.network().apiServiceAddress().value()),
                CertificateFile.of(Purpose.KUBE_APISERVER_KUBELET_CLIENT, "apiserver-kubelet-client", CLUSTER_CA),
                CertificateFile.of(Purpose.FRONT_PROXY_CLIENT, "front-proxy-client", FRONT_PROXY_CA),
                CONTROLLER_MANAGER,
                SCHEDULER,
                ADMIN);
    }
}
