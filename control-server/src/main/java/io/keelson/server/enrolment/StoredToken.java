package io.keelson.server.enrolment;

/**
 * The stored form of a join token, version 1. The secret itself is not kept.
 *
 * @param hostname the only host that may use it; empty for any
 * @param usedMillis 0 while unused
 * @param usedBy the host that was enrolled with it; empty while unused
 */
record StoredToken(String secretSha256, String hostname, long expiresMillis, long usedMillis, String usedBy) {
    boolean used() {
        return usedMillis > 0;
    }

    StoredToken usedBy(String host, long millis) {
        return new StoredToken(secretSha256, hostname, expiresMillis, millis, host);
    }
}
