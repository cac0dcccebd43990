package io.keelson.trust.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

class PinnedTrustTest {
    /** TLS and PKIX read the real clock. */
    @SuppressWarnings("TimeInStaticInitializer")
    private static final Instant NOW = java.time.Clock.systemUTC().instant();

    private static final CertificateAuthority AUTHORITY = authority();
    private static final X509TrustManager TRUST =
            PinnedTrust.bySpki(Keys.spkiDigest(AUTHORITY.certificate().getPublicKey()));

    @Test
    void acceptsAChainThatEndsInThePinnedAuthority() {
        assertThatCode(() -> check(leaf(AUTHORITY, Usage.SERVER, NOW), AUTHORITY.certificate()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAChainWithoutThePinnedAuthority() {
        var other = authority();

        assertRefused(leaf(other, Usage.SERVER, NOW), other.certificate());
        assertRefused(leaf(AUTHORITY, Usage.SERVER, NOW));
        assertRefused();
    }

    @Test
    void refusesAStrangersCertificateThatShowsThePinnedAuthority() {
        assertRefused(leaf(authority(), Usage.SERVER, NOW), AUTHORITY.certificate());
    }

    @Test
    void refusesTheAuthorityItselfAsAServer() {
        assertRefused(AUTHORITY.certificate());
        assertRefused(AUTHORITY.certificate(), AUTHORITY.certificate());
    }

    @Test
    void refusesACertificateForAnotherUse() {
        assertRefused(leaf(AUTHORITY, Usage.CLIENT, NOW), AUTHORITY.certificate());
        assertThatThrownBy(() -> TRUST.checkClientTrusted(
                        new X509Certificate[] {leaf(AUTHORITY, Usage.SERVER, NOW), AUTHORITY.certificate()}, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesWhatIsExpiredOrNotYetValid() {
        assertRefused(leaf(AUTHORITY, Usage.SERVER, NOW.minus(Duration.ofDays(9))), AUTHORITY.certificate());
        assertRefused(leaf(AUTHORITY, Usage.SERVER, NOW.plus(Duration.ofDays(9))), AUTHORITY.certificate());

        var expired = CertificateAuthority.create("old", Duration.ofDays(1), NOW.minus(Duration.ofDays(2)));
        var trust = PinnedTrust.bySpki(Keys.spkiDigest(expired.certificate().getPublicKey()));
        assertThatThrownBy(() -> trust.checkServerTrusted(
                        new X509Certificate[] {
                            leaf(expired, Usage.SERVER, NOW.minus(Duration.ofDays(2))), expired.certificate()
                        },
                        "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesALeafThatPlaysTheAuthority() {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var leaf = AUTHORITY.issue(keys.getPublic(), profile(Usage.SERVER), NOW);
        var trust = PinnedTrust.bySpki(Keys.spkiDigest(keys.getPublic()));

        assertThatThrownBy(() -> trust.checkServerTrusted(
                        new X509Certificate[] {leaf(AUTHORITY, Usage.SERVER, NOW), leaf}, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void authenticatesTheServerOfARealHandshake() throws Exception {
        assertThat(handshake(AUTHORITY, "localhost")).isEqualTo("hello");
    }

    @Test
    void stopsARealHandshakeWithAStranger() {
        assertThatThrownBy(() -> handshake(authority(), "localhost")).isInstanceOf(SSLException.class);
    }

    @Test
    void leavesTheHostNameToTheEndpointIdentification() {
        assertThatThrownBy(() -> handshake(AUTHORITY, "127.0.0.1"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("127.0.0.1");
    }

    private static String handshake(CertificateAuthority servers, String dialled) throws Exception {
        var client = SSLContext.getInstance("TLSv1.3");
        client.init(null, new TrustManager[] {TRUST}, null);
        try (var listener = (SSLServerSocket) serverContext(servers)
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> greet(listener));
            try (var socket = (SSLSocket) client.getSocketFactory().createSocket(dialled, listener.getLocalPort())) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
            }
        }
    }

    private static void greet(SSLServerSocket listener) {
        try (var socket = listener.accept()) {
            socket.getOutputStream().write("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SSLContext serverContext(CertificateAuthority authority) throws Exception {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var chain = new X509Certificate[] {
            authority.issue(keys.getPublic(), profile(Usage.SERVER), NOW), authority.certificate()
        };
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", keys.getPrivate(), new char[0], chain);
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, new char[0]);
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void check(X509Certificate... chain) throws CertificateException {
        TRUST.checkServerTrusted(chain, "EC");
    }

    private static void assertRefused(X509Certificate... chain) {
        assertThatThrownBy(() -> check(chain)).isInstanceOf(CertificateException.class);
    }

    private static CertificateAuthority authority() {
        return CertificateAuthority.create("ca", Duration.ofDays(30), NOW);
    }

    private static X509Certificate leaf(CertificateAuthority authority, Usage usage, Instant at) {
        return authority.issue(Keys.generate(Algorithm.ECDSA_P256).getPublic(), profile(usage), at);
    }

    private static CertificateProfile profile(Usage usage) {
        return new CertificateProfile(
                "name", List.of(), List.of("localhost"), List.of(), List.of(), usage, Duration.ofDays(1));
    }
}
