package io.keelson.fleet;

import java.time.Duration;

/**
 * How a cluster's etcd is copied.
 *
 * @param every how often one of its members takes a snapshot; a minute to a week
 * @param keep how many the server keeps; 1 to 1000. Each member's host keeps its share, and at least two
 * @param prove how often the newest one is restored in a sandbox; a minute to 30 days
 */
public record SnapshotPolicy(Duration every, int keep, Duration prove) {
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST_EVERY = Duration.ofDays(7);
    private static final Duration MOST_PROVE = Duration.ofDays(30);
    private static final int MOST_KEPT = 1000;

    // After the bounds that it is compared with.
    /** Every hour for a day, restored once a day. */
    public static final SnapshotPolicy STANDARD = new SnapshotPolicy(Duration.ofHours(1), 24, Duration.ofDays(1));

    public SnapshotPolicy {
        require(every, MOST_EVERY, "every");
        require(prove, MOST_PROVE, "prove");
        if (keep < 1 || keep > MOST_KEPT) {
            throw new IllegalArgumentException("keep is 1 to " + MOST_KEPT + ", not " + keep);
        }
    }

    private static void require(Duration value, Duration most, String what) {
        if (value.compareTo(LEAST) < 0 || value.compareTo(most) > 0 || value.getNano() != 0) {
            throw new IllegalArgumentException(
                    what + " is whole seconds from " + LEAST + " to " + most + ", not " + value);
        }
    }
}
