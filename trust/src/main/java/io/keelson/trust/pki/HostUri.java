package io.keelson.trust.pki;

import io.keelson.fleet.HostId;
import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a certificate names a host: one URI among the subject alternative names, {@code keelson://host/<id>}. */
public final class HostUri {
    private static final String SCHEME = "keelson:";
    private static final String PREFIX = "keelson://host/";
    private static final int URI_NAME = 6;

    private HostUri() {}

    /** The name of a host. */
    public static URI of(HostId host) {
        return URI.create(PREFIX + host.value());
    }

    /** The host that a certificate names; empty if it names none, several, or something that is no host. */
    public static Optional<HostId> hostId(X509Certificate certificate) {
        var names = keelsonNames(certificate);
        if (names.size() != 1 || !names.getFirst().startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HostId(names.getFirst().substring(PREFIX.length())));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    private static List<String> keelsonNames(X509Certificate certificate) {
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
