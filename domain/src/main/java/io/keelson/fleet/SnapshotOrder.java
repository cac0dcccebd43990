package io.keelson.fleet;

/**
 * What the host of a member is told of its cluster's snapshots.
 *
 * @param key to which they are encrypted
 * @param asked number of the last request for one out of turn that went to this host; 0 if none did
 */
public record SnapshotOrder(SnapshotKey key, SnapshotPolicy policy, long asked) {
    public SnapshotOrder {
        if (asked < 0) {
            throw new IllegalArgumentException("asked is 0 or higher, not " + asked);
        }
    }

    /** The same, asked for one more. */
    public SnapshotOrder asked(long number) {
        return new SnapshotOrder(key, policy, number);
    }
}
