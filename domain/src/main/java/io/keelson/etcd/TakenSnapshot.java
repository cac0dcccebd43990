package io.keelson.etcd;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.release.Digest;
import java.time.Instant;

/**
 * A snapshot as its host took it.
 *
 * @param member that it was taken from
 * @param taken when it was begun, by the host's clock
 * @param keyspace what the snapshot holds at least: as the member was just before
 * @param plainBytes size of what etcd sent
 * @param content SHA-256 that etcd appended: over all but its own 32 bytes
 * @param bytes size of the encrypted file
 * @param sealed SHA-256 of the encrypted file
 * @param key SHA-256 of the public key's SubjectPublicKeyInfo
 */
public record TakenSnapshot(
        SnapshotId id,
        ClusterName cluster,
        NodeName member,
        Instant taken,
        Keyspace keyspace,
        long plainBytes,
        Digest content,
        long bytes,
        Digest sealed,
        Digest key) {
    /** The largest that is taken over: etcd advises against databases over 8 GiB. */
    public static final long MOST_BYTES = 32L << 30;

    public TakenSnapshot {
        if (plainBytes < 0 || bytes < 1 || bytes > MOST_BYTES || plainBytes > bytes) {
            throw new IllegalArgumentException("a snapshot of " + plainBytes + " bytes in " + bytes);
        }
    }
}
