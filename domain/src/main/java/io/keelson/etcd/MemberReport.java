package io.keelson.etcd;

import java.util.Optional;

/**
 * What a host says of the member on it.
 *
 * @param incarnation how often the member was made on this host, as the notes on it say; 0 if never
 * @param status empty if the member does not answer
 */
public record MemberReport(int incarnation, Optional<MemberStatus> status) {}
