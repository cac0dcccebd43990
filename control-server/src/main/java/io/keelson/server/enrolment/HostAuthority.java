package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** The authority that names hosts. */
public final class HostAuthority {
    /** How long a host's certificate is valid; agents renew from a third of it on. */
    public static final Duration VALIDITY = Duration.ofDays(90);

    private final CertificateAuthority authority;
    private final InstantSource clock;

    public HostAuthority(CertificateAuthority authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /** A certificate by which the holder of the key is that host; PEM, leaf first. */
    public byte[] issue(HostId host, PublicKey key) {
        var profile = new CertificateProfile(
                host.value(), List.of(), List.of(), List.of(), List.of(HostUri.of(host)), Usage.CLIENT, VALIDITY);
        return Pem.encode(authority.issue(key, profile, clock.instant()));
    }

    /** The authority's certificate. */
    public byte[] certificatePem() {
        return authority.certificatePem();
    }

    /** The authorities whose certificates prove that somebody is a host. */
    public List<X509Certificate> trusted() {
        return List.of(authority.certificate());
    }

    /** SHA-256 of the authority's SubjectPublicKeyInfo; what join tokens pin. */
    public Digest spki() {
        return Digest.of(authority.certificate().getPublicKey().getEncoded());
    }
}
