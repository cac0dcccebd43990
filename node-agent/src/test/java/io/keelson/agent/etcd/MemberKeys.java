package io.keelson.agent.etcd;

import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import io.keelson.trust.pki.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Key and certificate that all test members and their clients have, where a host keeps its own. */
final class MemberKeys {
    private static final CertificateProfile PROFILE = new CertificateProfile(
            "peer",
            List.of(),
            List.of("localhost"),
            List.of("127.0.0.1"),
            List.of(),
            Usage.SERVER_AND_CLIENT,
            Duration.ofDays(1));

    private final CertificateAuthority authority =
            CertificateAuthority.create("test etcd", Duration.ofDays(1), Instant.now());
    private final Path pki;

    MemberKeys(Path pki) {
        this.pki = pki;
        try {
            Files.createDirectories(pki);
            Files.write(pki.resolve("ca.crt"), authority.certificatePem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        renew();
    }

    /** Made anew, by the same authority. */
    void renew() {
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        try {
            Files.write(pki.resolve("peer.crt"), Pem.encode(authority.issue(keys.getPublic(), PROFILE, Instant.now())));
            Files.write(pki.resolve("peer.key"), Pem.encode(keys.getPrivate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client that members take. */
    HttpClient client() {
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(TlsContext.mutual(
                            Pem.privateKey(Files.readAllBytes(pki.resolve("peer.key"))),
                            Pem.certificates(Files.readAllBytes(pki.resolve("peer.crt"))),
                            Pem.certificates(Files.readAllBytes(pki.resolve("ca.crt")))))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
