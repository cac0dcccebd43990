package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keelson.fleet.OsSpec;
import io.keelson.proto.agent.v1.CertificateOrder;
import io.keelson.proto.agent.v1.CertificatePurpose;
import io.keelson.proto.agent.v1.GetClusterSecretsRequest;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.desired.Obeyed;
import io.keelson.trust.pki.CertificateRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a host may read follows its order: what it is told to be gives it its rights, and takes them away. */
class OrderedRightsTest extends TwoClustersFixture {
    /** What it was told to be before gives it nothing. */
    @Test
    void hostThatIsToLeaveGetsNothingOfItsCluster() {
        var secrets = GetClusterSecretsRequest.getDefaultInstance();
        var certificate = IssueCertificatesRequest.newBuilder()
                .addOrders(CertificateOrder.newBuilder()
                        .setPurpose(CertificatePurpose.CERTIFICATE_PURPOSE_KUBELET_CLIENT)
                        .setCsr(ByteString.copyFrom(CertificateRequest.create(b.keys, "system:node:b"))))
                .build();
        assertThat(b.calls().getClusterSecrets(secrets).getServiceAccountKey()).isNotEmpty();
        assertThat(b.calls().issueCertificates(certificate).getCertificatesList())
                .hasSize(1);

        server.desired.decide(server.leadership.require(), B, Optional.empty());

        assertThat(code(() -> b.calls().getClusterSecrets(secrets))).isEqualTo(REJECTED);
        assertThat(code(() -> b.calls().issueCertificates(certificate))).isEqualTo(REJECTED);
        assertThat(code(() -> fetch(b))).isEqualTo(REJECTED);
    }

    /** Also a host that is no node, and both beside each other. */
    @Test
    void hostReadsTheBlobsOfItsOwnLevelAndOfNoOther() {
        var level = server.publishLevel("debian-12-2026.11", "libc");
        var manifest = Digest.of(level.manifest);
        assertThat(code(() -> fetch(a, level.digest))).isEqualTo(REJECTED);

        level(Optional.of(new OsSpec(level.name, manifest, 0)));
        assertThat(fetch(a, level.digest)).isEqualTo(level.blob);
        assertThat(fetch(a, Digest.of("for a".getBytes(StandardCharsets.UTF_8))))
                .isNotEmpty();
        assertThat(code(() -> fetch(a))).as("the other one's bundle").isEqualTo(REJECTED);
        assertThat(code(() -> fetch(b, level.digest))).isEqualTo(REJECTED);

        server.desired.decide(server.leadership.require(), A, Optional.empty());
        assertThat(fetch(a, level.digest)).as("no node any more").isEqualTo(level.blob);

        level(Optional.of(new OsSpec(level.name, level.digest, 0)));
        assertThat(code(() -> fetch(a, level.digest)))
                .as("not the level that is meant")
                .isEqualTo(REJECTED);
        level(Optional.of(new OsSpec(new BundleName("debian-12-2026.12"), manifest, 0)));
        assertThat(code(() -> fetch(a, level.digest))).isEqualTo("BUNDLE_NOT_FOUND");
        level(Optional.empty());
        assertThat(code(() -> fetch(a, level.digest))).isEqualTo(REJECTED);
    }

    private void level(Optional<OsSpec> os) {
        server.desired.decideOs(server.leadership.require(), A, os, Obeyed.NOTHING);
    }
}
