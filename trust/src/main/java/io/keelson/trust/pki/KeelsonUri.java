package io.keelson.trust.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a certificate says whose it is in Keelson: by exactly one URI {@code keelson://KIND/NAME}. */
final class KeelsonUri {
    private static final String SCHEME = "keelson:";
    private static final int URI_NAME = 6;

    private KeelsonUri() {}

    /** What follows the prefix in the one name that there is; empty if there are several, or another. */
    static Optional<String> nameBehind(String prefix, X509Certificate certificate) {
        var names = names(certificate);
        return names.size() == 1 && names.getFirst().startsWith(prefix)
                ? Optional.of(names.getFirst().substring(prefix.length()))
                : Optional.empty();
    }

    private static List<String> names(X509Certificate certificate) {
        var found = new ArrayList<String>();
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return List.of();
            }
            for (var name : names) {
                if (name.get(0) instanceof Integer type
                        && type == URI_NAME
                        && name.get(1) instanceof String uri
                        && uri.startsWith(SCHEME)) {
                    found.add(uri);
                }
            }
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
        return found;
    }
}
