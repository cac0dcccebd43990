package io.keelson.trust.pki;

import io.keelson.fleet.HostId;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** How a certificate names a host: one URI among the subject alternative names, {@code keelson://host/<id>}. */
public final class HostUri {
    private static final String PREFIX = "keelson://host/";

    private HostUri() {}

    /** The name of a host. */
    public static URI of(HostId host) {
        return URI.create(PREFIX + host.value());
    }

    /** The host that a certificate names; empty if it names none, several, or something that is no host. */
    public static Optional<HostId> hostId(X509Certificate certificate) {
        return KeelsonUri.nameBehind(PREFIX, certificate).flatMap(HostUri::read);
    }

    private static Optional<HostId> read(String id) {
        try {
            return Optional.of(new HostId(id));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }
}
