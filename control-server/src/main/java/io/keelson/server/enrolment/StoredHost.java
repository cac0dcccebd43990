package io.keelson.server.enrolment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Zone;
import io.keelson.release.Digest;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
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
        boolean reinstalled,
        boolean revoked,
        String token,
        String chain) {
    static StoredHost read(Entry entry) {
        return Json.read(entry, StoredHost.class, StoredHost::complete);
    }

    /** Before hosts could be reinstalled, none was. */
    private static void complete(ObjectNode body) {
        if (!body.has("reinstalled")) {
            body.put("reinstalled", false);
        }
    }

    Host toDomain(HostId id) {
        return new Host(
                id,
                new Zone(zone),
                new IpAddress(address),
                new Digest(keySha256),
                Instant.ofEpochMilli(enrolledMillis),
                reinstalled,
                revoked);
    }

    StoredHost revoke() {
        return new StoredHost(zone, address, keySha256, enrolledMillis, reinstalled, true, token, chain);
    }
}
