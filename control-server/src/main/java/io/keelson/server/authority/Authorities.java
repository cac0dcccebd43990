package io.keelson.server.authority;

import io.keelson.release.Digest;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All authorities that are trusted, as they were at one moment. Without a rotation there is one. In a rotation there
 * are two: first the new one is announced, later the old one is retiring.
 */
public record Authorities(List<Generation> generations) {
    public Authorities {
        generations = List.copyOf(generations);
        if (generations.stream().filter(each -> each.phase() == Phase.SIGNING).count() != 1) {
            throw new IllegalArgumentException("exactly one authority signs, not " + generations);
        }
    }

    /** The one that signs. */
    public Generation signing() {
        return in(Phase.SIGNING).orElseThrow();
    }

    /** The one that will sign. */
    public Optional<Generation> announced() {
        return in(Phase.ANNOUNCED);
    }

    /** The one that has signed before. */
    public Optional<Generation> retiring() {
        return in(Phase.RETIRING);
    }

    private Optional<Generation> in(Phase phase) {
        return generations.stream().filter(each -> each.phase() == phase).findFirst();
    }

    /** Certificates of all. */
    public List<X509Certificate> trusted() {
        return generations.stream().map(Generation::certificate).toList();
    }

    /** The one that has signed a certificate; empty if it is none of these. */
    public Optional<Digest> issuerOf(X509Certificate certificate) {
        return generations.stream()
                .filter(each -> signed(each, certificate))
                .map(Generation::spki)
                .findFirst();
    }

    private static boolean signed(Generation by, X509Certificate certificate) {
        try {
            certificate.verify(by.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException notBy) {
            return false;
        }
    }

    /**
     * What a server shows behind its own certificate by the signing authority: while the one before is retiring, the
     * link from that one, so that it is enough to know either; and the authority at the end, since hosts that join
     * know it by its hash alone.
     */
    public List<X509Certificate> above() {
        var above = new ArrayList<X509Certificate>();
        var before = retiring();
        var link = signing().link();
        if (before.isPresent() && link.isPresent()) {
            above.add(link.get());
            above.add(before.get().certificate());
        } else {
            above.add(signing().certificate());
        }
        return above;
    }
}
