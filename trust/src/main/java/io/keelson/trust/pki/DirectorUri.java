package io.keelson.trust.pki;

import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a certificate names a server's director, who signs orders: one URI among the subject alternative names, {@code
 * keelson://director/<server>}. Such a certificate opens no connection as a host or a server.
 */
public final class DirectorUri {
    private static final String PREFIX = "keelson://director/";

    private DirectorUri() {}

    /** The name of a server's director. */
    public static URI of(String server) {
        return URI.create(PREFIX + server);
    }

    /** The server whose director a certificate names; empty if it names none, or anybody else as well. */
    public static Optional<String> server(X509Certificate certificate) {
        return KeelsonUri.nameBehind(PREFIX, certificate).filter(name -> !name.isEmpty());
    }

    /**
     * Returns if one of the authorities has signed the certificate for a director's use and it is valid at that time.
     *
     * @throws CertificateException otherwise
     */
    public static void validate(X509Certificate certificate, Collection<X509Certificate> authorities, Instant at)
            throws CertificateException {
        PathRules.validate(List.of(certificate), Set.copyOf(authorities), PathRules.ORDER_SIGNING, at);
    }
}
