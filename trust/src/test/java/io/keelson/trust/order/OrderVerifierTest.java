package io.keelson.trust.order;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.HostTrust;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Usage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class OrderVerifierTest {
    private static final Instant NOW = Instant.parse("2031-05-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final byte[] ORDER = "be a worker".getBytes(StandardCharsets.US_ASCII);
    private static final URI DIRECTOR = DirectorUri.of("server-1");
    private static final URI HOST = HostUri.of(new HostId("w-1"));

    private final CertificateAuthority authority = CertificateAuthority.create("hosts", Duration.ofDays(3650), NOW);
    private final KeyPair keys = Keys.generate(Algorithm.ECDSA_P256);

    private X509Certificate certificate(CertificateAuthority by, Usage usage, URI... names) {
        var profile = new CertificateProfile("x", List.of(), List.of(), List.of(), List.of(names), usage, DAY);
        return by.issue(keys.getPublic(), profile, NOW);
    }

    private X509Certificate director() {
        return certificate(authority, Usage.ORDER_SIGNING, DIRECTOR);
    }

    private byte[] signature() {
        return new OrderSigner(keys.getPrivate(), director()).sign(ORDER);
    }

    private void verify(byte[] payload, byte[] signature, X509Certificate certificate, Instant now) {
        try {
            OrderVerifier.verify(payload, signature, certificate.getEncoded(), List.of(authority.certificate()), now);
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }

    private void refused(X509Certificate certificate) {
        assertRefused(ProblemCode.ORDER_UNTRUSTED, () -> verify(ORDER, signature(), certificate, NOW));
    }

    @Test
    void acceptsWhatADirectorHasSignedWhileItsCertificateIsValid() {
        assertThatCode(() -> verify(ORDER, signature(), director(), NOW)).doesNotThrowAnyException();
        assertThatCode(() ->
                        verify(ORDER, signature(), director(), NOW.plus(DAY).minusSeconds(1)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAnythingElseThanWhatWasSigned() {
        var other = ORDER.clone();
        other[0]++;
        assertRefused(ProblemCode.ORDER_UNTRUSTED, () -> verify(other, signature(), director(), NOW));
        assertRefused(ProblemCode.ORDER_UNTRUSTED, () -> verify(ORDER, new byte[0], director(), NOW));
        assertRefused(ProblemCode.ORDER_UNTRUSTED, () -> verify(ORDER, new byte[70], director(), NOW));
        assertRefused(ProblemCode.ORDER_UNTRUSTED, () -> verify(new byte[(1 << 20) + 1], signature(), director(), NOW));
    }

    @Test
    void refusesASignatureOverTheBareBytesOrOverAnotherKindOfStatement() throws Exception {
        for (var signed : List.of(ORDER, "DSSEv1 4 text 11 be a worker".getBytes(StandardCharsets.US_ASCII))) {
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed);
            var bytes = signature.sign();
            assertRefused(ProblemCode.ORDER_UNTRUSTED, () -> verify(ORDER, bytes, director(), NOW));
        }
    }

    @Test
    void refusesHostsAndServersWhoseCertificatesAreByTheSameAuthority() {
        refused(certificate(authority, Usage.CLIENT, HOST));
        refused(certificate(authority, Usage.SERVER));
        refused(certificate(authority, Usage.SERVER_AND_CLIENT, DIRECTOR));
        refused(certificate(authority, Usage.ORDER_SIGNING));
        refused(certificate(authority, Usage.ORDER_SIGNING, HOST));
        refused(certificate(authority, Usage.ORDER_SIGNING, DIRECTOR, HOST));
        refused(certificate(authority, Usage.ORDER_SIGNING, URI.create("keelson://director/")));
    }

    @Test
    void refusesADirectorOfAnotherAuthorityAndOneWhoseTimeIsOverOrNotYetThere() {
        var stranger = CertificateAuthority.create("hosts", Duration.ofDays(3650), NOW);
        refused(certificate(stranger, Usage.ORDER_SIGNING, DIRECTOR));
        assertRefused(
                ProblemCode.ORDER_UNTRUSTED,
                () -> verify(ORDER, signature(), director(), NOW.plus(DAY).plusSeconds(1)));
        assertRefused(
                ProblemCode.ORDER_UNTRUSTED, () -> verify(ORDER, signature(), director(), NOW.minusSeconds(3600)));
    }

    @Test
    void refusesWhatIsNoCertificate() {
        assertRefused(
                ProblemCode.ORDER_UNTRUSTED,
                () -> OrderVerifier.verify(
                        ORDER, signature(), new byte[] {1, 2, 3}, List.of(authority.certificate()), NOW));
    }

    @Test
    void aDirectorsCertificateOpensNoConnectionAsAHost() {
        var trust = new HostTrust(() -> List.of(authority.certificate()), () -> NOW);
        Assertions.assertThatThrownBy(() -> trust.checkClientTrusted(new X509Certificate[] {director()}, "EC"))
                .isInstanceOf(CertificateException.class);
    }
}
