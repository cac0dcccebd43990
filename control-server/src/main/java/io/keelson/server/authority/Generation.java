package io.keelson.server.authority;

import io.keelson.release.Digest;
import io.keelson.trust.pki.Keys;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * One of the authorities.
 *
 * @param number rises by one with each rotation and is never used again
 * @param certificate its own, signed by itself
 * @param link its key in a certificate signed by its predecessor, by which whoever knows only that one can check what
 *     this one has signed; none for the first
 * @param since when its phase began
 */
public record Generation(
        int number, X509Certificate certificate, Optional<X509Certificate> link, Phase phase, Instant since) {
    /** SHA-256 of its SubjectPublicKeyInfo; what join tokens pin, and what agents say they trust. */
    public Digest spki() {
        return Keys.spkiDigest(certificate.getPublicKey());
    }

    Generation in(Phase next, Instant now) {
        return new Generation(number, certificate, link, next, now);
    }
}
