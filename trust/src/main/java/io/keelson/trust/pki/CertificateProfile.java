package io.keelson.trust.pki;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What an authority puts into a certificate; nothing of it comes from the one who asks.
 *
 * @param commonName subject CN; in Kubernetes, the user
 * @param organizations subject O, in order; in Kubernetes, the groups
 * @param dnsNames subject alternative names
 * @param ipAddresses literals, IPv4 or IPv6
 * @param uris subject alternative names such as {@link HostUri}
 * @param validity from the moment of issue; cut to the end of the authority's own certificate
 */
public record CertificateProfile(
        String commonName,
        List<String> organizations,
        List<String> dnsNames,
        List<String> ipAddresses,
        List<URI> uris,
        Usage usage,
        Duration validity) {
    public CertificateProfile {
        organizations = List.copyOf(organizations);
        dnsNames = List.copyOf(dnsNames);
        ipAddresses = List.copyOf(ipAddresses);
        uris = List.copyOf(uris);
        if (commonName.isBlank()) {
            throw new IllegalArgumentException("a certificate needs a common name");
        }
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException("a certificate must be valid for some time, not " + validity);
        }
    }
}
