package io.keelson.agent.kubernetes;

import java.util.Map;
import java.util.Optional;

/**
 * Where a host gets the certificates and shared secrets of its cluster. The keys of certificates are made on the host
 * and never pass here. Every method may wait for the control server, bounded in time, and reports its absence as a
 * {@link io.keelson.problem.ProblemException} with {@code SERVER_UNREACHABLE}.
 */
public interface Credentials {
    /**
     * Has certificates issued. The server decides subject and names from what the host is to be.
     *
     * @param requests PKCS #10 requests, DER, by purpose; never empty
     */
    Issued issue(Map<Purpose, byte[]> requests);

    /** The service-account key that all control-plane hosts of the cluster share; refused to workers. */
    ServiceAccountKey serviceAccountKey();

    /** What a certificate is for; mirrors the wire's {@code CertificatePurpose}. */
    enum Purpose {
        ETCD_SERVER,
        ETCD_PEER,
        ETCD_CLIENT,
        KUBE_APISERVER,
        KUBE_APISERVER_KUBELET_CLIENT,
        FRONT_PROXY_CLIENT,
        KUBE_CONTROLLER_MANAGER,
        KUBE_SCHEDULER,
        KUBELET_CLIENT,
        KUBELET_SERVER,
        KUBE_PROXY,
        AGENT_ADMIN
    }

    /**
     * What was issued.
     *
     * @param chains PEM, leaf first, for every purpose that was asked for
     * @param kubernetesCa PEM certificates of the cluster's Kubernetes authority
     * @param etcdCa PEM; empty where the host has no use for it
     * @param frontProxyCa PEM; empty where the host has no use for it
     */
    record Issued(
            Map<Purpose, byte[]> chains, byte[] kubernetesCa, Optional<byte[]> etcdCa, Optional<byte[]> frontProxyCa) {
        public Issued {
            chains = Map.copyOf(chains);
        }
    }

    /** The key that signs service-account tokens: PKCS #8 PEM and SubjectPublicKeyInfo PEM. */
    record ServiceAccountKey(byte[] key, byte[] publicKey) {
        @Override
        public String toString() {
            return "ServiceAccountKey[redacted]";
        }
    }
}
