package io.keelson.etcd;

import java.util.Comparator;
import java.util.Optional;

/**
 * What a disk holds of a member of etcd, whether it runs or not. Which of several disks has the most is told by the log as Raft
 * tells it (section 5.4.1): the later term of the last entry, then the longer log.
 *
 * @param term of the last entry of its log
 * @param index of the last entry of its log
 * @param commit up to which entry it knows that a majority had them; what is beyond may have been acknowledged all the same
 * @param torn whether the log ends in an entry that was cut short, which nobody can have counted on
 * @param keyspace what is in its database, if the member answers
 */
public record MemberDisk(
        EtcdId cluster, EtcdId member, long term, long index, long commit, boolean torn, Optional<Keyspace> keyspace) {
    /** The disk with the least first. */
    public static final Comparator<MemberDisk> BY_LOG =
            Comparator.comparingLong(MemberDisk::term).thenComparingLong(MemberDisk::index);

    public MemberDisk {
        if (term < 0 || index < 0 || commit < 0 || commit > index) {
            throw new IllegalArgumentException(
                    "no log: entry " + index + " of term " + term + ", of these " + commit + " committed");
        }
    }
}
