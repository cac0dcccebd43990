package io.keelson.server.poolrollout;

import io.keelson.fleet.HostId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when nodes differ from what they are to be. In memory only: under another leader it begins anew. One thread.
 */
final class Drift {
    private final Map<HostId, Instant> since = new HashMap<>();

    /**
     * Notes whether a node differs now.
     *
     * @return whether it has for that long
     */
    boolean lasts(HostId host, boolean differs, Instant now, Duration limit) {
        if (!differs) {
            since.remove(host);
            return false;
        }
        return !since.computeIfAbsent(host, unused -> now).plus(limit).isAfter(now);
    }
}
