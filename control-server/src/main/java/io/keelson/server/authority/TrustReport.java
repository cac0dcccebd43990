package io.keelson.server.authority;

import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a host's part in a rotation.
 *
 * @param key of the host that said it: a machine that joined again under the same name has another
 * @param trusts authorities by which its agent would know a server
 * @param certificateBy the authority that has signed its certificate; empty if it is none that was known then
 */
public record TrustReport(HostId host, Digest key, Set<Digest> trusts, Optional<Digest> certificateBy) {
    public TrustReport {
        trusts = Set.copyOf(trusts);
    }
}
