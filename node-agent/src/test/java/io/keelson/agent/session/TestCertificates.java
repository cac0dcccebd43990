package io.keelson.agent.session;

import io.keelson.fleet.HostId;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Usage;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates as a server's authority issues them. */
final class TestCertificates {
    private TestCertificates() {}

    /** Of a host, that began so many hours ago and lives for a day. */
    static X509Certificate host(CertificateAuthority by, PublicKey key, HostId host, int hoursOld) {
        return issue(by, key, host.value(), List.of(), List.of(HostUri.of(host)), Usage.CLIENT, hoursOld);
    }

    /** Of the server itself. */
    static X509Certificate server(CertificateAuthority by, PublicKey key) {
        return issue(by, key, "server", List.of("keelson-server"), List.of(), Usage.SERVER, 1);
    }

    private static X509Certificate issue(
            CertificateAuthority by,
            PublicKey key,
            String name,
            List<String> dns,
            List<java.net.URI> uris,
            Usage usage,
            int hoursOld) {
        var profile = new CertificateProfile(name, List.of(), dns, List.of(), uris, usage, Duration.ofHours(24));
        return by.issue(key, profile, Instant.now().minus(Duration.ofHours(hoursOld)));
    }
}
