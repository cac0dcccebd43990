package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Zone;
import io.keelson.release.Digest;
import java.time.Instant;

/**
 * The stored form of {@link Host}, version 1.
 *
 * @param chain the certificate that was issued at enrolment, PEM; the answer to a repeated request
 */
record StoredHost(
        String zone,
        String address,
        String keySha256,
        long enrolledMillis,
        boolean revoked,
        String token,
        String chain) {
    Host toDomain(HostId id) {
        return new Host(
                id,
                new Zone(zone),
                new IpAddress(address),
                new Digest(keySha256),
                Instant.ofEpochMilli(enrolledMillis),
                revoked);
    }

    StoredHost revoke() {
        return new StoredHost(zone, address, keySha256, enrolledMillis, true, token, chain);
    }
}
