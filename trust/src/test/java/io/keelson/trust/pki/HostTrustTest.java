package io.keelson.trust.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostTrustTest {
    private static final Instant NOW = Instant.parse("2031-05-01T12:00:00Z");
    private static final Duration LIFE = Duration.ofDays(90);

    private final CertificateAuthority authority = CertificateAuthority.create("hosts", Duration.ofDays(3650), NOW);
    private final CertificateAuthority other = CertificateAuthority.create("hosts", Duration.ofDays(3650), NOW);
    private final KeyPair keys = Keys.generate(Algorithm.ECDSA_P256);
    private Instant now = NOW;
    private List<X509Certificate> authorities = List.of(authority.certificate());
    private final HostTrust trust = new HostTrust(() -> authorities, () -> now);

    private X509Certificate[] chain(CertificateAuthority by, Usage usage) {
        var profile = new CertificateProfile("a", List.of(), List.of(), List.of(), List.of(), usage, LIFE);
        return new X509Certificate[] {by.issue(keys.getPublic(), profile, NOW)};
    }

    private void refused(X509Certificate... chain) {
        assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC")).isInstanceOf(CertificateException.class);
    }

    @Test
    void letsACertificateInWhileItIsValidAndForYearsAfterwards() {
        var chain = chain(authority, Usage.CLIENT);
        for (var later : List.of(Duration.ZERO, LIFE, LIFE.plusDays(1), Duration.ofDays(3000))) {
            now = NOW.plus(later);
            assertThatCode(() -> trust.checkClientTrusted(chain, "EC"))
                    .as("after %s", later)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void refusesACertificateThatIsNotValidYet() {
        now = NOW.minus(Duration.ofHours(1));
        assertThatThrownBy(() -> trust.checkClientTrusted(chain(authority, Usage.CLIENT), "EC"))
                .isInstanceOf(CertificateNotYetValidException.class);
    }

    @Test
    void refusesAStrangersCertificateAlsoAnExpiredOne() {
        refused(chain(other, Usage.CLIENT));
        now = NOW.plus(LIFE).plus(Duration.ofDays(1));
        refused(chain(other, Usage.CLIENT));
        refused();
    }

    @Test
    void refusesACertificateForAnotherUseAlsoAnExpiredOne() {
        refused(chain(authority, Usage.SERVER));
        now = NOW.plus(LIFE).plus(Duration.ofDays(1));
        refused(chain(authority, Usage.SERVER));
    }

    @Test
    void refusesEverythingOfAnAuthorityWhoseTimeIsOver() {
        now = NOW.plus(Duration.ofDays(3651));
        refused(chain(authority, Usage.CLIENT));
    }

    @Test
    void refusesTheAuthorityItself() {
        refused(authority.certificate());
    }

    @Test
    void asksForItsAuthoritiesAtEachConnection() {
        var chain = chain(other, Usage.CLIENT);
        refused(chain);
        authorities = List.of(authority.certificate(), other.certificate());
        assertThatCode(() -> trust.checkClientTrusted(chain, "EC")).doesNotThrowAnyException();
        assertThat(trust.getAcceptedIssuers()).hasSize(2);
    }

    @Test
    void trustsNoServer() {
        assertThatThrownBy(() -> trust.checkServerTrusted(chain(authority, Usage.SERVER), "EC"))
                .isInstanceOf(CertificateException.class);
    }
}
