package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import io.keelson.server.authority.Authorities;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Names hosts by whichever authority signs now. */
public final class HostAuthority {
    /** How long a host's certificate is valid; agents renew from a third of it on. */
    public static final Duration VALIDITY = Duration.ofDays(90);

    private final HostAuthorities authorities;
    private final InstantSource clock;

    public HostAuthority(HostAuthorities authorities, InstantSource clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /** A certificate by which the holder of the key is that host; PEM, leaf first. */
    public byte[] issue(HostId host, PublicKey key) {
        var profile = new CertificateProfile(
                host.value(), List.of(), List.of(), List.of(), List.of(HostUri.of(host)), Usage.CLIENT, VALIDITY);
        return Pem.encode(authorities.signer().issue(key, profile, clock.instant()));
    }

    /** All authorities that are trusted now. */
    public Authorities authorities() {
        return authorities.read();
    }

    /** SHA-256 of the SubjectPublicKeyInfo of the authority that signs now; what join tokens pin. */
    public Digest spki() {
        return authorities().signing().spki();
    }
}
