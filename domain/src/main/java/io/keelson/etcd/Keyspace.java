package io.keelson.etcd;

/**
 * What etcd says of its keys as they were at a revision (Maintenance.HashKV and a count). Two members of a cluster, and a
 * restored copy, say the same.
 *
 * @param revision 1 or higher
 * @param compacted up to which revision history is gone; hashes can be compared only where it is the same
 * @param hash of all keys and their history in between, 32 bits without a sign
 * @param keys how many there were
 */
public record Keyspace(long revision, long compacted, long hash, long keys) {
    public Keyspace {
        if (revision < 1 || keys < 0 || hash >>> 32 != 0) {
            throw new IllegalArgumentException("no key space: revision " + revision + ", " + keys + " keys");
        }
    }
}
