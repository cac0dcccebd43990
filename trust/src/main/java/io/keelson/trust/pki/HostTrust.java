package io.keelson.trust.pki;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom the agents' port lets in: the holders of certificates that an authority for hosts has signed for clients. One
 * that has <em>expired</em> is let in as well, since a host that was powered off for long has nothing else to ask for
 * a new one with; whoever serves the calls has to look at the time itself and to refuse everything else. One that is
 * not valid yet is refused here, and so is one of an authority that is not valid now.
 */
public final class HostTrust extends X509ExtendedTrustManager {
    private final Supplier<List<X509Certificate>> authorities;
    private final InstantSource clock;

    /** @param authorities asked at each connection, so that they can change while the port is open */
    public HostTrust(Supplier<List<X509Certificate>> authorities, InstantSource clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /** Whether a certificate's time is over. */
    public static boolean expired(X509Certificate certificate, Instant now) {
        return now.isAfter(certificate.getNotAfter().toInstant());
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("the peer sent no certificate");
        }
        var leaf = chain[0];
        var now = clock.instant();
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            throw new CertificateNotYetValidException(
                    "valid from " + leaf.getNotBefore().toInstant());
        }
        var living = living(now);
        if (living.isEmpty()) {
            throw new CertificateException("no authority for hosts is valid now");
        }
        var at = expired(leaf, now) ? leaf.getNotAfter().toInstant() : now;
        PathRules.validate(List.of(leaf), living, PathRules.CLIENT_AUTH, at);
    }

    private Set<X509Certificate> living(Instant now) {
        return authorities.get().stream()
                .filter(authority -> !now.isBefore(authority.getNotBefore().toInstant()) && !expired(authority, now))
                .collect(Collectors.toSet());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notForServers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notForServers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notForServers();
    }

    private static CertificateException notForServers() {
        return new CertificateException("servers are judged by other rules than hosts");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.get().toArray(X509Certificate[]::new);
    }
}
