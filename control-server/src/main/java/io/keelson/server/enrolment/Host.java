package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Zone;
import io.keelson.release.Digest;
import java.time.Instant;

/**
 * A host with an identity.
 *
 * @param zone the failure domain that the installer gave
 * @param address by which other hosts reach it
 * @param key of the host: SHA-256 of its SubjectPublicKeyInfo
 * @param revoked the host may not speak to the server any more
 */
public record Host(HostId id, Zone zone, IpAddress address, Digest key, Instant enrolled, boolean revoked) {}
