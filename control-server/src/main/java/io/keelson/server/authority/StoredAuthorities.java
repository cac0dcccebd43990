package io.keelson.server.authority;

import io.keelson.trust.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The stored form of {@link Authorities}, version 1. Their keys lie beside them, one by one, see {@link AuthoritySecrets}. */
record StoredAuthorities(List<One> generations) {
    /**
     * @param certificate PEM
     * @param link PEM; empty if there is none
     * @param phase by name
     */
    record One(int number, String certificate, String link, String phase, long sinceMillis) {
        Generation toDomain() {
            return new Generation(
                    number,
                    Pem.certificates(bytes(certificate)).getFirst(),
                    link.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Pem.certificates(bytes(link)).getFirst()),
                    Phase.valueOf(phase),
                    Instant.ofEpochMilli(sinceMillis));
        }

        One in(Phase next, Instant now) {
            return new One(number, certificate, link, next.name(), now.toEpochMilli());
        }
    }

    StoredAuthorities {
        generations = List.copyOf(generations);
    }

    Authorities toDomain() {
        return new Authorities(generations.stream().map(One::toDomain).toList());
    }

    One signing() {
        return generations.stream()
                .filter(each -> each.phase().equals(Phase.SIGNING.name()))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] bytes(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }
}
