package io.keelson.server.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.server.TestServer;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import io.keelson.trust.pki.Usage;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server's certificate is replaced by replacing its files. */
class CertificateReloadTest {
    @Test
    void aNewCertificateIsUsedWithoutARestart(@TempDir Path directory) throws IOException {
        try (var server = TestServer.start(directory, "s1", new InMemoryStateStore(), InstantSource.system())) {
            var before = serial(server);
            var keys = Keys.generate(Algorithm.ECDSA_P256);
            var next = server.authority.issue(
                    keys.getPublic(),
                    new CertificateProfile(
                            "keelson-server",
                            List.of(),
                            List.of("keelson-server"),
                            List.of(),
                            List.of(),
                            Usage.SERVER,
                            Duration.ofDays(1)),
                    Instant.now());
            Files.write(server.settings.serverKey(), Pem.encode(keys.getPrivate()));
            Files.write(server.settings.serverCertificate(), Pem.encode(next));

            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> !serial(server).equals(before));
            assertThat(serial(server)).isEqualTo(next.getSerialNumber());
        }
    }

    private static BigInteger serial(TestServer server) throws IOException {
        var tls = TlsContext.trusting(List.of(server.authority.certificate()));
        try (var socket = (SSLSocket)
                tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.settings.operatorPort())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }
}
