package io.keelson.etcd;

import java.util.List;
import java.util.Set;

/**
 * What a member says of itself.
 *
 * @param version etcd's, such as 3.5.16
 * @param quorum whether it listed the members as the majority knows them, which works whatever alarm is up, and can read its
 *     database, which it cannot while it is defragmented
 * @param leader 0 where it knows none
 * @param term Raft's
 * @param index of the last entry of its log
 * @param applied index of the last entry that is in its database
 * @param revision of its key space
 * @param dbBytes size of the database file
 * @param dbInUseBytes of these, what is not free
 * @param alarms all that are raised in the cluster
 * @param members as it lists them; may be old where it has no quorum
 */
public record MemberStatus(
        EtcdId cluster,
        EtcdId id,
        String version,
        Role role,
        boolean quorum,
        long leader,
        long term,
        long index,
        long applied,
        long revision,
        long dbBytes,
        long dbInUseBytes,
        Set<Alarm> alarms,
        List<KnownMember> members) {
    private static final long WORTHWHILE_BYTES = 100L << 20;
    private static final double WORTHWHILE_SHARE = 0.45;
    private static final double FULL_SHARE = 0.1;

    public MemberStatus {
        alarms = Set.copyOf(alarms);
        members = List.copyOf(members);
    }

    /** A member's part in Raft. */
    public enum Role {
        LEADER,
        FOLLOWER,
        /** Without a vote. */
        LEARNER;

        /** Whether it has a vote. */
        public boolean votes() {
            return this != LEARNER;
        }
    }

    /** What etcd raises until somebody disarms it. */
    public enum Alarm {
        /** The database is as large as its quota; nothing can be written. */
        NOSPACE,
        /** Some member's data differ from the others'; nothing can be written. etcd 3.5 does not say whose. */
        CORRUPT
    }

    /** Bytes that a defragmentation would give back. */
    public long freeBytes() {
        return Math.max(0, dbBytes - dbInUseBytes);
    }

    /**
     * Whether a defragmentation pays: 100 MiB and 45 % of the file would come back. When the database is full, a tenth of it
     * is enough; less would be full again at once, and then the objects are what is too much.
     */
    public boolean fragmented() {
        return alarms.contains(Alarm.NOSPACE)
                ? fragmentedByATenth()
                : freeBytes() >= WORTHWHILE_BYTES && freeBytes() >= dbBytes * WORTHWHILE_SHARE;
    }

    /** Whether at least a tenth of the file would come back. */
    boolean fragmentedByATenth() {
        return freeBytes() >= dbBytes * FULL_SHARE;
    }

    /** Whether there is no other voter, as it lists them: then nobody else has to be asked before it is taken down. */
    public boolean isOnlyVoter() {
        return members.stream().anyMatch(member -> member.id().equals(id))
                && members.stream()
                        .allMatch(member -> member.learner() || member.id().equals(id));
    }

    /** Whether it has a vote, is part of the majority and no member's data are known to differ. */
    public boolean carries() {
        return agrees() && !alarms.contains(Alarm.CORRUPT);
    }

    /** Whether it has a vote and is part of the majority, whatever it holds. */
    public boolean agrees() {
        return role.votes() && quorum;
    }
}
