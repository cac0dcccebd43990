package io.keelson.agent.session.identity;

import io.keelson.fleet.HostId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Who this host is to its servers, and whom it trusts.
 *
 * @param key of the host's certificate; made on this host
 * @param chain the host's certificate, leaf first
 * @param ca authorities of servers and hosts
 * @param endpoints {@code host:port} of every server's agent port
 */
public record Identity(
        HostId host, PrivateKey key, List<X509Certificate> chain, List<X509Certificate> ca, List<String> endpoints) {
    public Identity {
        chain = List.copyOf(chain);
        ca = List.copyOf(ca);
        endpoints = List.copyOf(endpoints);
        if (chain.isEmpty() || ca.isEmpty() || endpoints.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate, an authority and a server");
        }
    }

    /** The host's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Whether a third of the certificate's life has passed. */
    public boolean renewalDue(Instant now) {
        var from = certificate().getNotBefore().toInstant();
        var life = Duration.between(from, certificate().getNotAfter().toInstant());
        return now.isAfter(from.plus(life.dividedBy(3)));
    }

    @Override
    public String toString() {
        return "Identity[" + host + ", servers " + endpoints + "]";
    }
}
