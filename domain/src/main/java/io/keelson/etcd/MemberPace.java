package io.keelson.etcd;

import java.time.Duration;

/**
 * How quick a member was during the last minute, as its own metrics say: what one of a hundred took at least, as far as the
 * bounds of the metrics' buckets tell.
 *
 * @param fsync writing its log durably (etcd_disk_wal_fsync_duration_seconds)
 * @param apply bringing an entry into its database (etcd_server_apply_duration_seconds)
 * @param peer the smoothed round trip to the nearest other member, of which there are few a minute
 *     (etcd_network_peer_round_trip_time_seconds); zero if it is alone
 */
public record MemberPace(Duration fsync, Duration apply, Duration peer) {
    /** A fifth of the time in which a leader must be heard (etcd {@code --election-timeout}, 1 s by default). */
    private static final Duration SLOW = Duration.ofMillis(200);

    /** Whether a cluster that it leads waits for it. */
    public boolean slow() {
        return fsync.compareTo(SLOW) >= 0 || apply.compareTo(SLOW) >= 0 || peer.compareTo(SLOW) >= 0;
    }
}
