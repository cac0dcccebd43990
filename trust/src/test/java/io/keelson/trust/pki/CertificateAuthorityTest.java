package io.keelson.trust.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final CertificateAuthority authority = CertificateAuthority.create("prod", Duration.ofDays(3650), NOW);

    @Test
    void issuesWhatTheProfileSaysAndNothingElse() throws Exception {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var profile = new CertificateProfile(
                "system:node:cp-a",
                List.of("system:nodes", "second"),
                List.of("cp-a", "cp-a.example"),
                List.of("10.0.0.1", "fd00::1"),
                List.of(HostUri.of(new HostId("cp-a"))),
                Usage.SERVER_AND_CLIENT,
                Duration.ofDays(90));

        var certificate = authority.issue(keys.getPublic(), profile, NOW);

        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=system:node:cp-a,O=second,O=system:nodes");
        assertThat(certificate.getIssuerX500Principal())
                .isEqualTo(authority.certificate().getSubjectX500Principal());
        assertThat(certificate.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                .containsExactly("cp-a", "cp-a.example", "10.0.0.1", "fd00:0:0:0:0:0:0:1", "keelson://host/cp-a");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly(SERVER_AUTH, CLIENT_AUTH);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getNotBefore()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
        assertThat(certificate.getNotAfter()).isEqualTo(NOW.plus(Duration.ofDays(90)));
        assertThat(HostUri.hostId(certificate)).contains(new HostId("cp-a"));
    }

    @ParameterizedTest
    @CsvSource({"SERVER, " + SERVER_AUTH, "CLIENT, " + CLIENT_AUTH})
    void issuesForOneUseOnly(Usage usage, String extended) throws CertificateParsingException {
        var certificate = authority.issue(Keys.generate(Algorithm.ECDSA_P256).getPublic(), profile(usage), NOW);

        assertThat(certificate.getExtendedKeyUsage()).containsExactly(extended);
    }

    @ParameterizedTest
    @EnumSource
    void issuesForKeysOfBothAlgorithms(Algorithm algorithm) {
        var keys = Keys.generate(algorithm);

        assertThat(authority.issue(keys.getPublic(), profile(Usage.CLIENT), NOW).getPublicKey())
                .isEqualTo(keys.getPublic());
    }

    @Test
    void neverIssuesBeyondItsOwnEnd() {
        var ending = CertificateAuthority.create("ending", Duration.ofDays(10), NOW);

        var certificate = ending.issue(
                Keys.generate(Algorithm.ECDSA_P256).getPublic(), profile(Usage.CLIENT), NOW.plus(Duration.ofDays(5)));

        assertThat(certificate.getNotAfter()).isEqualTo(ending.certificate().getNotAfter());
    }

    @Test
    void givesEachCertificateAnotherSerialNumber() {
        var key = Keys.generate(Algorithm.ECDSA_P256).getPublic();

        assertThat(authority.issue(key, profile(Usage.CLIENT), NOW).getSerialNumber())
                .isPositive()
                .isNotEqualTo(authority.issue(key, profile(Usage.CLIENT), NOW).getSerialNumber());
    }

    @Test
    void mayOnlySignLeaves() {
        assertThat(authority.certificate().getBasicConstraints()).isZero();
        assertThat(authority.certificate().getKeyUsage()[5]).isTrue();
        assertThat(authority.certificate().getKeyUsage()[0]).isFalse();
    }

    @Test
    void comesBackFromItsFiles() throws Exception {
        var loaded = CertificateAuthority.load(authority.certificatePem(), authority.keyPem());

        var certificate = loaded.issue(Keys.generate(Algorithm.ECDSA_P256).getPublic(), profile(Usage.CLIENT), NOW);

        assertThat(loaded.certificate()).isEqualTo(authority.certificate());
        certificate.verify(authority.certificate().getPublicKey());
    }

    @Test
    void refusesFilesThatAreNoAuthority() {
        var other = CertificateAuthority.create("other", Duration.ofDays(1), NOW);
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var leaf = authority.issue(keys.getPublic(), profile(Usage.CLIENT), NOW);

        assertRejected(() -> CertificateAuthority.load(authority.certificatePem(), other.keyPem()));
        assertRejected(() -> CertificateAuthority.load(Pem.encode(leaf), Pem.encode(keys.getPrivate())));
        assertRejected(() -> CertificateAuthority.load(new byte[0], authority.keyPem()));
        assertRejected(() -> CertificateAuthority.load(authority.certificatePem(), authority.certificatePem()));
    }

    @Test
    void readsACertificateInDerOnlyWithNothingBehindIt() throws Exception {
        var der = authority.certificate().getEncoded();
        assertThat(Pem.certificate(der)).isEqualTo(authority.certificate());
        for (var other : List.of(Arrays.copyOf(der, der.length + 1), authority.certificatePem(), new byte[0])) {
            assertThatThrownBy(() -> Pem.certificate(other)).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void refusesAnAddressThatIsNone() {
        var profile = new CertificateProfile(
                "x", List.of(), List.of(), List.of("10.0.0.256"), List.of(), Usage.SERVER, Duration.ofDays(1));

        assertThatThrownBy(() ->
                        authority.issue(Keys.generate(Algorithm.ECDSA_P256).getPublic(), profile, NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesNoHostWhereTheCertificateNamesNoneOrSeveral() {
        assertThat(hostNamedBy()).isEmpty();
        assertThat(hostNamedBy("keelson://host/a", "keelson://host/b")).isEmpty();
        assertThat(hostNamedBy("keelson://host/a", "keelson://server/b")).isEmpty();
        assertThat(hostNamedBy("keelson://server/a")).isEmpty();
        assertThat(hostNamedBy("keelson://host/a/b")).isEmpty();
        assertThat(hostNamedBy("keelson://host/A")).isEmpty();
        assertThat(hostNamedBy("keelson://host/")).isEmpty();
        assertThat(hostNamedBy("https://host/a")).isEmpty();
        assertThat(hostNamedBy("keelson://host/a", "https://example/")).contains(new HostId("a"));
    }

    @ParameterizedTest
    @EnumSource
    void acceptsARequestThatProvesItsKey(Algorithm algorithm) {
        var keys = Keys.generate(algorithm);

        assertThat(CertificateRequest.verify(CertificateRequest.create(keys, "cp-a")))
                .isEqualTo(keys.getPublic());
    }

    @Test
    void refusesARequestWithAFlippedBitAnywhere() {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var request = CertificateRequest.create(keys, "cp-a");
        for (int i = 0; i < request.length; i++) {
            var flipped = request.clone();
            flipped[i] ^= 1;
            assertRejected(() -> CertificateRequest.verify(flipped));
        }
    }

    @Test
    void refusesARequestThatIsCutExtendedOrHuge() {
        var request = CertificateRequest.create(Keys.generate(Algorithm.ED25519), "cp-a");
        for (int length = 0; length < request.length; length++) {
            var cut = java.util.Arrays.copyOf(request, length);
            assertRejected(() -> CertificateRequest.verify(cut));
        }
        assertRejected(() -> CertificateRequest.verify(java.util.Arrays.copyOf(request, request.length + 1)));
        assertRejected(() -> CertificateRequest.verify(new byte[1 << 20]));
    }

    @Test
    void refusesARequestForAKeyOfAnotherAlgorithm() throws Exception {
        var generator = java.security.KeyPairGenerator.getInstance("EC");
        generator.initialize(new java.security.spec.ECGenParameterSpec("secp384r1"));

        assertThatCode(() -> CertificateRequest.create(generator.generateKeyPair(), "cp-a"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private java.util.Optional<HostId> hostNamedBy(String... uris) {
        var profile = new CertificateProfile(
                "x",
                List.of(),
                List.of(),
                List.of(),
                java.util.Arrays.stream(uris).map(URI::create).toList(),
                Usage.CLIENT,
                Duration.ofDays(1));
        return HostUri.hostId(
                authority.issue(Keys.generate(Algorithm.ECDSA_P256).getPublic(), profile, NOW));
    }

    private static CertificateProfile profile(Usage usage) {
        return new CertificateProfile(
                "name", List.of(), List.of("localhost"), List.of(), List.of(), usage, Duration.ofDays(90));
    }

    private static void assertRejected(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.IDENTITY_REJECTED);
    }
}
