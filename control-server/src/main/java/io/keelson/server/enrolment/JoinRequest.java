package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Zone;
import io.keelson.trust.JoinToken;
import java.time.Instant;

/**
 * A host asks for an identity.
 *
 * @param csr PKCS #10, DER
 * @param clock what the host's clock said
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record JoinRequest(JoinToken token, byte[] csr, HostId host, Zone zone, IpAddress address, Instant clock) {}
