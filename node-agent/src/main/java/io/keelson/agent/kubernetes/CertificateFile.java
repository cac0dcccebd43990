package io.keelson.agent.kubernetes;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Network.Tls;
import io.keelson.agent.kubernetes.Credentials.Purpose;
import io.keelson.problem.ProblemException;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A certificate of the node as files, with what must be true of it.
 *
 * @param certificate PEM, leaf first
 * @param key PKCS #8 PEM, made on this host
 * @param ca of the authority that has to have issued it
 * @param names DNS names and addresses that it must have; it may have more
 */
record CertificateFile(Purpose purpose, Path certificate, Path key, Path ca, Set<String> names) {
    CertificateFile {
        names = Set.copyOf(names);
    }

    /** A certificate below the node's PKI directory. */
    static CertificateFile of(Purpose purpose, String stem, Path ca, String... names) {
        return new CertificateFile(
                purpose, NodeFiles.PKI.resolve(stem + ".crt"), NodeFiles.PKI.resolve(stem + ".key"), ca, Set.of(names));
    }

    /** For requests that present it. */
    Tls tls() {
        return new Tls(ca, Optional.of(certificate), Optional.of(key));
    }

    /** The key on disk, if there is a readable one. */
    Optional<PrivateKey> existingKey(Host host) {
        return host.files().read(key).flatMap(pem -> {
            try {
                return Optional.of(Pem.privateKey(pem));
            } catch (ProblemException unreadable) {
                return Optional.empty(); // the same as none: a fresh key replaces it
            }
        });
    }

    /** Why another certificate is needed; empty if the one on disk will do. */
    Optional<String> gap(Host host) {
        var chain = certificates(host, certificate);
        var authorities = certificates(host, ca);
        var privateKey = existingKey(host);
        if (chain.isEmpty() || authorities.isEmpty() || privateKey.isEmpty()) {
            return Optional.of("is not there whole");
        }
        var leaf = chain.getFirst();
        try {
            if (!Keys.publicKeyOf(privateKey.get()).equals(leaf.getPublicKey())) {
                return Optional.of("belongs to another key");
            }
        } catch (InvalidKeyException e) {
            return Optional.of("has an unusable key");
        }
        if (authorities.stream().noneMatch(authority -> issued(authority, leaf))) {
            return Optional.of("was issued by another authority");
        }
        return missingNames(leaf).or(() -> nearlyOver(leaf, host.clock().instant()));
    }

    private Optional<String> missingNames(X509Certificate leaf) {
        var missing = new TreeSet<>(names);
        missing.removeAll(namesIn(leaf));
        return missing.isEmpty() ? Optional.empty() : Optional.of("lacks the names " + missing);
    }

    /** A certificate is renewed when a third of its life is left. */
    private static Optional<String> nearlyOver(X509Certificate leaf, Instant now) {
        var end = leaf.getNotAfter().toInstant();
        var life = Duration.between(leaf.getNotBefore().toInstant(), end);
        return now.isAfter(end.minus(life.dividedBy(3))) ? Optional.of("ends at " + end) : Optional.empty();
    }

    private static boolean issued(X509Certificate authority, X509Certificate leaf) {
        try {
            leaf.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException notByThisOne) {
            return false;
        }
    }

    private static Set<String> namesIn(X509Certificate leaf) {
        try {
            var found = leaf.getSubjectAlternativeNames();
            return found == null
                    ? Set.of()
                    : found.stream()
                            .map(CertificateFile::nameIn)
                            .flatMap(Optional::stream)
                            .collect(Collectors.toSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    /** DNS name (2) or address (7) of a pair as {@link X509Certificate#getSubjectAlternativeNames} gives it. */
    private static Optional<String> nameIn(Collection<?> pair) {
        var parts = List.copyOf(pair);
        return parts.getFirst() instanceof Integer type && (type == 2 || type == 7)
                ? Optional.of(parts.get(1).toString())
                : Optional.empty();
    }

    private static List<X509Certificate> certificates(Host host, Path file) {
        return host.files()
                .read(file)
                .map(pem -> {
                    try {
                        return Pem.certificates(pem);
                    } catch (ProblemException unreadable) {
                        return List.<X509Certificate>of(); // the same as none: a fresh one replaces it
                    }
                })
                .orElse(List.of());
    }
}
