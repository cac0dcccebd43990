package io.keelson.agent.session.calls;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.kubernetes.Credentials;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.AgentServiceGrpc.AgentServiceBlockingStub;
import io.keelson.proto.agent.v1.CertificateOrder;
import io.keelson.proto.agent.v1.CertificatePurpose;
import io.keelson.proto.agent.v1.GetClusterSecretsRequest;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.IssueCertificatesResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Certificates and shared secrets from the control server. Waits up to 30 s for a connection and an answer. */
public final class ServerCredentials implements Credentials {
    private static final int SECONDS = 30;

    private final ServerLink link;

    public ServerCredentials(ServerLink link) {
        this.link = link;
    }

    @Override
    public Issued issue(Map<Purpose, byte[]> requests) {
        var orders = IssueCertificatesRequest.newBuilder();
        requests.forEach((purpose, csr) -> orders.addOrders(
                CertificateOrder.newBuilder().setPurpose(wire(purpose)).setCsr(ByteString.copyFrom(csr))));
        try {
            return issued(requests, stub().issueCertificates(orders.build()));
        } catch (StatusRuntimeException e) {
            throw ServerProblems.of(e);
        }
    }

    private static Issued issued(Map<Purpose, byte[]> requests, IssueCertificatesResponse answer) {
        Map<Purpose, byte[]> chains = new EnumMap<>(Purpose.class);
        for (var purpose : requests.keySet()) {
            answer.getCertificatesList().stream()
                    .filter(certificate -> certificate.getPurpose() == wire(purpose))
                    .findFirst()
                    .ifPresent(found -> chains.put(purpose, found.getChain().toByteArray()));
        }
        if (!chains.keySet().equals(requests.keySet())) {
            throw new IllegalStateException("the server issued " + chains.keySet() + " of " + requests.keySet());
        }
        return new Issued(
                chains,
                answer.getKubernetesCa().toByteArray(),
                present(answer.getEtcdCa()),
                present(answer.getFrontProxyCa()));
    }

    @Override
    public ServiceAccountKey serviceAccountKey() {
        try {
            var answer = stub().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance());
            return new ServiceAccountKey(
                    answer.getServiceAccountKey().toByteArray(),
                    answer.getServiceAccountPublicKey().toByteArray());
        } catch (StatusRuntimeException e) {
            throw ServerProblems.of(e);
        }
    }

    private AgentServiceBlockingStub stub() {
        return AgentServiceGrpc.newBlockingStub(link.channel())
                .withWaitForReady()
                .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }

    private static Optional<byte[]> present(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(bytes.toByteArray());
    }

    private static CertificatePurpose wire(Purpose purpose) {
        return switch (purpose) {
            case ETCD_SERVER -> CertificatePurpose.CERTIFICATE_PURPOSE_ETCD_SERVER;
            case ETCD_PEER -> CertificatePurpose.CERTIFICATE_PURPOSE_ETCD_PEER;
            case ETCD_CLIENT -> CertificatePurpose.CERTIFICATE_PURPOSE_ETCD_CLIENT;
            case KUBE_APISERVER -> CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_APISERVER;
            case KUBE_APISERVER_KUBELET_CLIENT -> CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_APISERVER_KUBELET_CLIENT;
            case FRONT_PROXY_CLIENT -> CertificatePurpose.CERTIFICATE_PURPOSE_FRONT_PROXY_CLIENT;
            case KUBE_CONTROLLER_MANAGER -> CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_CONTROLLER_MANAGER;
            case KUBE_SCHEDULER -> CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_SCHEDULER;
            case KUBELET_CLIENT -> CertificatePurpose.CERTIFICATE_PURPOSE_KUBELET_CLIENT;
            case KUBELET_SERVER -> CertificatePurpose.CERTIFICATE_PURPOSE_KUBELET_SERVER;
            case KUBE_PROXY -> CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_PROXY;
            case AGENT_ADMIN -> CertificatePurpose.CERTIFICATE_PURPOSE_AGENT_ADMIN;
        };
    }
}
