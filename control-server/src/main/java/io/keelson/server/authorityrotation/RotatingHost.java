package io.keelson.server.authorityrotation;

import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A host that is enrolled and not revoked, as far as a rotation is concerned.
 *
 * @param trusts authorities that its agent said it trusts; none if it never said so
 * @param certificateBy the authority of the certificate that it connected with last, if that is known
 * @param lastSeen when it said anything, or else joined
 */
record RotatingHost(HostId id, Set<Digest> trusts, Optional<Digest> certificateBy, Instant lastSeen) {
    RotatingHost {
        trusts = Set.copyOf(trusts);
    }
}
