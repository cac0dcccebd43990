package io.keelson.server.drill;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates of a sandbox, made for it alone: nobody but this drill can be a client of what is restored. */
record SandboxTls(Path ca, Path certificate, Path key) {
    private static final Duration LIFE = Duration.ofHours(6);

    static SandboxTls make(Path directory, Instant now) {
        var authority = CertificateAuthority.create("keelson drill", LIFE, now);
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var profile = new CertificateProfile(
                "drill",
                List.of(),
                List.of("localhost"),
                List.of("127.0.0.1"),
                List.of(),
                Usage.SERVER_AND_CLIENT,
                LIFE);
        var tls = new SandboxTls(
                directory.resolve("ca.crt"), directory.resolve("drill.crt"), directory.resolve("drill.key"));
        AtomicFile.write(tls.ca, authority.certificatePem(), FileMode.SECRET);
        AtomicFile.write(tls.certificate, Pem.encode(authority.issue(keys.getPublic(), profile, now)), FileMode.SECRET);
        AtomicFile.write(tls.key, Pem.encode(keys.getPrivate()), FileMode.SECRET);
        return tls;
    }
}
