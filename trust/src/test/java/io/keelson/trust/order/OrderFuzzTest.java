package io.keelson.trust.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Usage;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever stands in for an order's signature or certificate is refused, by one code, but for the genuine ones; a
 * certificate may be written in more than one way, a key that signed it may not.
 */
class OrderFuzzTest extends FuzzTest {
    private static final Instant NOW = Instant.parse("2031-05-01T12:00:00Z");
    private static final byte[] ORDER = "be a worker".getBytes(StandardCharsets.US_ASCII);
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("hosts", Duration.ofDays(30), NOW);
    private static final OrderSigner DIRECTOR = director();
    private static final byte[] SIGNATURE = DIRECTOR.sign(ORDER);

    private static OrderSigner director() {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var profile = new CertificateProfile(
                "director",
                List.of(),
                List.of(),
                List.of(),
                List.of(DirectorUri.of("server-1")),
                Usage.ORDER_SIGNING,
                Duration.ofDays(1));
        return new OrderSigner(keys.getPrivate(), AUTHORITY.issue(keys.getPublic(), profile, NOW));
    }

    private static byte[] certificate() {
        try {
            return DIRECTOR.certificate().getEncoded();
        } catch (CertificateEncodingException e) {
            throw new AssertionError("a certificate that was just made is encoded", e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(SIGNATURE, certificate());
    }

    @Override
    public void accept(byte[] input) {
        if (accepted(ORDER, input, certificate())) {
            assertThat(input).isEqualTo(SIGNATURE);
        }
        if (!Arrays.equals(input, ORDER)) {
            assertThat(accepted(input, SIGNATURE, certificate())).isFalse();
        }
        accepted(ORDER, SIGNATURE, input);
    }

    private static boolean accepted(byte[] payload, byte[] signature, byte[] certificate) {
        try {
            OrderVerifier.verify(payload, signature, certificate, List.of(AUTHORITY.certificate()), NOW);
            return true;
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.ORDER_UNTRUSTED);
            return false;
        }
    }
}
