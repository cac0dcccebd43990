package io.keelson.server.session;

import com.google.protobuf.ByteString;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.CertificateOrder;
import io.keelson.proto.agent.v1.CertificatePurpose;
import io.keelson.proto.agent.v1.GetClusterSecretsResponse;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.IssueCertificatesResponse;
import io.keelson.proto.agent.v1.IssuedCertificate;
import io.keelson.proto.agent.v1.RenewHostCertificateResponse;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.clusterpki.Purpose;
import io.keelson.server.enrolment.HostAuthority;
import io.keelson.server.peer.Peer;
import io.keelson.trust.pki.CertificateRequest;

/** What a host is issued: for its part in its cluster, and for itself. */
public final class NodeCredentials {
    private static final int MOST_ORDERS = 32;

    private final ClusterPki pki;
    private final HostAuthority authority;
    private final AuditLog audit;

    public NodeCredentials(ClusterPki pki, HostAuthority authority, AuditLog audit) {
        this.pki = pki;
        this.authority = authority;
        this.audit = audit;
    }

    IssueCertificatesResponse issue(Peer peer, NodeSpec node, IssueCertificatesRequest request) {
        if (request.getOrdersCount() > MOST_ORDERS) {
            throw AgentReports.invalid("more than " + MOST_ORDERS + " certificates at once");
        }
        var purposes = request.getOrdersList().stream()
                .map(order -> purpose(order.getPurpose()))
                .toList();
        var keys = request.getOrdersList().stream()
                .map(CertificateOrder::getCsr)
                .map(csr -> CertificateRequest.verify(csr.toByteArray()))
                .toList();
        var response = IssueCertificatesResponse.newBuilder();
        for (int n = 0; n < purposes.size(); n++) {
            response.addCertificates(IssuedCertificate.newBuilder()
                    .setPurpose(request.getOrders(n).getPurpose())
                    .setChain(ByteString.copyFrom(pki.issue(peer.actor(), node, purposes.get(n), keys.get(n)))));
        }
        var authorities = pki.certificates(node.cluster());
        return response.setKubernetesCa(ByteString.copyFrom(authorities.kubernetes()))
                .setEtcdCa(ByteString.copyFrom(authorities.etcd()))
                .setFrontProxyCa(ByteString.copyFrom(authorities.frontProxy()))
                .build();
    }

    GetClusterSecretsResponse secrets(Peer peer, NodeSpec node) {
        var key = pki.serviceAccountKey(peer.actor(), node);
        return GetClusterSecretsResponse.newBuilder()
                .setServiceAccountKey(ByteString.copyFrom(key.privateKey()))
                .setServiceAccountPublicKey(ByteString.copyFrom(key.publicKey()))
                .build();
    }

    RenewHostCertificateResponse renew(Peer peer, byte[] csr) {
        var key = CertificateRequest.verify(csr);
        if (!key.equals(peer.key())) {
            throw Problem.error(
                            ProblemCode.IDENTITY_REJECTED,
                            "host " + peer.host() + " asks for a certificate for another key than its own",
                            Remedy.advise("Join the host again to give it a new key.", "keelson token create"))
                    .asException();
        }
        audit.append(peer.actor(), "host.renew", peer.host().value(), "certificate renewed for the same key");
        return RenewHostCertificateResponse.newBuilder()
                .setChain(ByteString.copyFrom(authority.issue(peer.host(), key)))
                .setAuthorities(AuthoritiesMessage.of(authority.authorities()))
                .build();
    }

    private static Purpose purpose(CertificatePurpose purpose) {
        return switch (purpose) {
            case CERTIFICATE_PURPOSE_ETCD_SERVER -> Purpose.ETCD_SERVER;
            case CERTIFICATE_PURPOSE_ETCD_PEER -> Purpose.ETCD_PEER;
            case CERTIFICATE_PURPOSE_ETCD_CLIENT -> Purpose.ETCD_CLIENT;
            case CERTIFICATE_PURPOSE_KUBE_APISERVER -> Purpose.KUBE_APISERVER;
            case CERTIFICATE_PURPOSE_KUBE_APISERVER_KUBELET_CLIENT -> Purpose.KUBE_APISERVER_KUBELET_CLIENT;
            case CERTIFICATE_PURPOSE_FRONT_PROXY_CLIENT -> Purpose.FRONT_PROXY_CLIENT;
            case CERTIFICATE_PURPOSE_KUBE_CONTROLLER_MANAGER -> Purpose.KUBE_CONTROLLER_MANAGER;
            case CERTIFICATE_PURPOSE_KUBE_SCHEDULER -> Purpose.KUBE_SCHEDULER;
            case CERTIFICATE_PURPOSE_KUBELET_CLIENT -> Purpose.KUBELET_CLIENT;
            case CERTIFICATE_PURPOSE_KUBELET_SERVER -> Purpose.KUBELET_SERVER;
            case CERTIFICATE_PURPOSE_KUBE_PROXY -> Purpose.KUBE_PROXY;
            case CERTIFICATE_PURPOSE_AGENT_ADMIN -> Purpose.AGENT_ADMIN;
            case CERTIFICATE_PURPOSE_UNSPECIFIED, UNRECOGNIZED ->
                throw AgentReports.invalid("a certificate for a purpose that this server does not know");
        };
    }
}
