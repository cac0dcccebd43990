package io.keelson.server.enrolment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;

/**
 * The stored form of a join token, version 1. The secret itself is not kept.
 *
 * @param hostname the only host that may use it; empty for any
 * @param reinstall whether that host may be enrolled already, and gets another key then
 * @param usedMillis 0 while unused
 * @param usedBy the host that was enrolled with it; empty while unused
 */
record StoredToken(
        String secretSha256, String hostname, boolean reinstall, long expiresMillis, long usedMillis, String usedBy) {
    static StoredToken read(Entry entry) {
        return Json.read(entry, StoredToken.class, StoredToken::complete);
    }

    /** Before hosts could be reinstalled, no token was for that. */
    private static void complete(ObjectNode body) {
        if (!body.has("reinstall")) {
            body.put("reinstall", false);
        }
    }

    boolean used() {
        return usedMillis > 0;
    }

    StoredToken usedBy(String host, long millis) {
        return new StoredToken(secretSha256, hostname, reinstall, expiresMillis, millis, host);
    }
}
