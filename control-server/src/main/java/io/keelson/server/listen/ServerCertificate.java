package io.keelson.server.listen;

import io.keelson.server.authority.Authorities;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.configuration.Settings;
import io.keelson.server.enrolment.HostAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which certificate the server shows. Used by one thread. */
final class ServerCertificate {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final Settings settings;
    private final HostAuthorities authorities;
    private final KnownAuthorities known;
    private final InstantSource clock;
    private Optional<Shown> shown = Optional.empty();

    ServerCertificate(Settings settings, HostAuthorities authorities, KnownAuthorities known, InstantSource clock) {
        this.settings = settings;
        this.authorities = authorities;
        this.known = known;
        this.clock = clock;
    }

    /** A key and its certificate, leaf first. */
    record Shown(List<X509Certificate> chain, PrivateKey key) {
        Shown {
            chain = List.copyOf(chain);
        }

        X509Certificate leaf() {
            return chain.getFirst();
        }

        @Override
        public String toString() {
            return "Shown[" + leaf().getSubjectX500Principal() + "]";
        }
    }

    /** What the files say. */
    Shown files() throws IOException {
        return new Shown(
                Pem.certificates(Files.readAllBytes(settings.serverCertificate())),
                Pem.privateKey(Files.readAllBytes(settings.serverKey())));
    }

    /** What is to be shown from now on; empty if that is what it was before. */
    Optional<Shown> next() throws IOException {
        var files = files();
        var now = known.get();
        var next = by(now, files.leaf()) ? files : issued(files, now);
        if (shown.equals(Optional.of(next))) {
            return Optional.empty();
        }
        shown = Optional.of(next);
        return shown;
    }

    private static boolean by(Authorities now, X509Certificate leaf) {
        return now.issuerOf(leaf).filter(now.signing().spki()::equals).isPresent();
    }

    private Shown issued(Shown files, Authorities now) throws IOException {
        var kept = shown.map(Shown::leaf)
                .filter(leaf -> by(now, leaf))
                .filter(leaf -> young(leaf, clock.instant()))
                .filter(leaf -> belongs(leaf, files.key()));
        var chain = new ArrayList<X509Certificate>();
        chain.add(kept.isPresent() ? kept.get() : issue(files));
        chain.addAll(now.above());
        return new Shown(chain, files.key());
    }

    private X509Certificate issue(Shown files) throws IOException {
        try {
            var profile = new CertificateProfile(
                    "keelson-server",
                    List.of(),
                    names(files.leaf(), DNS_NAME),
                    names(files.leaf(), IP_ADDRESS),
                    List.of(),
                    Usage.SERVER,
                    HostAuthority.VALIDITY);
            return authorities.signer().issue(Keys.publicKeyOf(files.key()), profile, clock.instant());
        } catch (InvalidKeyException e) {
            throw new IOException(settings.serverKey() + " is no usable key", e);
        }
    }

    private static List<String> names(X509Certificate leaf, int type) throws IOException {
        try {
            return Optional.ofNullable(leaf.getSubjectAlternativeNames()).stream()
                    .flatMap(java.util.Collection::stream)
                    .filter(name -> name.getFirst().equals(type))
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
        } catch (CertificateParsingException e) {
            throw new IOException("the names in the server's certificate cannot be read", e);
        }
    }

    /** As hosts do: until a third of its life has passed. */
    private static boolean young(X509Certificate leaf, Instant now) {
        var from = leaf.getNotBefore().toInstant();
        var life = Duration.between(from, leaf.getNotAfter().toInstant());
        return now.isBefore(from.plus(life.dividedBy(3)));
    }

    private static boolean belongs(X509Certificate leaf, PrivateKey key) {
        try {
            return Keys.publicKeyOf(key).equals(leaf.getPublicKey());
        } catch (InvalidKeyException e) {
            return false;
        }
    }
}
