package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.keelson.fleet.Role;
import io.keelson.proto.agent.v1.CertificateOrder;
import io.keelson.proto.agent.v1.CertificatePurpose;
import io.keelson.proto.agent.v1.GetClusterSecretsRequest;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.server.TestAgent;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import org.junit.jupiter.api.Test;

class NodeCredentialsTest extends AgentFixture {
    private static IssueCertificatesRequest order(CertificatePurpose... purposes) {
        var request = IssueCertificatesRequest.newBuilder();
        for (var purpose : purposes) {
            var csr = CertificateRequest.create(Keys.generate(Algorithm.ECDSA_P256), "system:masters");
            request.addOrders(CertificateOrder.newBuilder().setPurpose(purpose).setCsr(ByteString.copyFrom(csr)));
        }
        return request.build();
    }

    @Test
    void controlPlaneHostGetsItsCertificatesWithNamesFromItsSpecOnly() throws Exception {
        assign("a", Role.CONTROL_PLANE);
        var answer = a.calls()
                .issueCertificates(order(
                        CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_APISERVER,
                        CertificatePurpose.CERTIFICATE_PURPOSE_KUBELET_CLIENT,
                        CertificatePurpose.CERTIFICATE_PURPOSE_ETCD_PEER));
        var api = Pem.certificates(answer.getCertificates(0).getChain().toByteArray())
                .getFirst();
        assertThat(api.getSubjectAlternativeNames().stream().map(n -> n.get(1).toString()))
                .containsExactlyInAnyOrder(
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local",
                        "localhost",
                        "a",
                        "prod.clusters.keelson.internal",
                        "127.0.0.1",
                        "192.0.2.11",
                        "10.96.0.1");
        var kubelet = Pem.certificates(answer.getCertificates(1).getChain().toByteArray())
                .getFirst();
        assertThat(kubelet.getSubjectX500Principal().getName())
                .contains("CN=system:node:a")
                .contains("O=system:nodes")
                .doesNotContain("masters");
        kubelet.verify(Pem.certificates(answer.getKubernetesCa().toByteArray())
                .getFirst()
                .getPublicKey());
        var peer = Pem.certificates(answer.getCertificates(2).getChain().toByteArray())
                .getFirst();
        peer.verify(
                Pem.certificates(answer.getEtcdCa().toByteArray()).getFirst().getPublicKey());
        var secrets = a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance());
        assertThat(secrets).isEqualTo(a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()));
        assertThat(Pem.privateKey(secrets.getServiceAccountKey().toByteArray())).isNotNull();
    }

    @Test
    void workerIsRefusedWhatBelongsToTheControlPlane() {
        assign("a", Role.WORKER);
        for (var purpose : CertificatePurpose.values()) {
            if (purpose == CertificatePurpose.UNRECOGNIZED) {
                continue;
            }
            var code = TestAgent.code(catchThrowable(() -> a.calls().issueCertificates(order(purpose))));
            switch (purpose) {
                case CERTIFICATE_PURPOSE_KUBELET_CLIENT,
                        CERTIFICATE_PURPOSE_KUBELET_SERVER,
                        CERTIFICATE_PURPOSE_KUBE_PROXY -> assertThat(code).startsWith("no problem");
                case CERTIFICATE_PURPOSE_UNSPECIFIED -> assertThat(code).isEqualTo("RESOURCE_INVALID");
                default -> assertThat(code).as(purpose.name()).isEqualTo("IDENTITY_REJECTED");
            }
        }
        assertThat(TestAgent.code(catchThrowable(
                        () -> a.calls().getClusterSecrets(GetClusterSecretsRequest.getDefaultInstance()))))
                .isEqualTo("IDENTITY_REJECTED");
        assertThat(TestAgent.code(catchThrowable(
                        () -> b.calls().issueCertificates(order(CertificatePurpose.CERTIFICATE_PURPOSE_KUBE_PROXY)))))
                .isEqualTo("IDENTITY_REJECTED");
    }

    @Test
    void hostRenewsItsCertificateForItsOwnKeyOnly() {
        var own = CertificateRequest.create(a.keys, "b");
        var chain = a.calls()
                .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                        .setCsr(ByteString.copyFrom(own))
                        .build())
                .getChain();
        assertThat(HostUri.hostId(Pem.certificates(chain.toByteArray()).getFirst()))
                .contains(A);
        var foreign = CertificateRequest.create(b.keys, "a");
        assertThat(TestAgent.code(catchThrowable(() -> a.calls()
                        .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                                .setCsr(ByteString.copyFrom(foreign))
                                .build()))))
                .isEqualTo("IDENTITY_REJECTED");
    }
}
