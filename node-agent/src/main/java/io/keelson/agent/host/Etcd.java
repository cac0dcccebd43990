package io.keelson.agent.host;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Members of an etcd cluster, on this host and on others, by their client URLs (etcd's gRPC API v3: KV, Watch, Cluster,
 * Maintenance). Calls end within seconds, or within the limit that they take or state. A change whose answer was lost
 * may have been made: look again.
 */
public interface Etcd {
    /** What a member says of itself; empty if it does not answer in time. */
    Optional<MemberStatus> status(Member member);

    /**
     * All members, as the majority knows them.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED, also if there is no majority
     */
    List<KnownMember> members(Member asked);

    /**
     * Adds a member without a vote (Cluster.MemberAdd).
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED, also if there is one already
     */
    EtcdId addLearner(Member asked, String peerUrl);

    /**
     * Removes a member for good; succeeds if there is none of that id.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED, also if etcd fears for its quorum
     */
    void remove(Member asked, EtcdId member);

    /**
     * Gives a learner its vote; succeeds if it has one.
     *
     * @return false if it has not caught up yet
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    boolean promote(Member asked, EtcdId learner);

    /**
     * Defragments the member's own database; for so long it answers nobody (Maintenance.Defragment).
     *
     * @return false if it still went on after {@link #DEFRAGMENTATION}; etcd then goes on by itself
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    boolean defragment(Member member);

    /**
     * Gives the leadership to another voter (Maintenance.MoveLeader).
     *
     * @param leader who has it
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED, also if the member asked does not lead
     */
    void moveLeader(Member leader, EtcdId to);

    /**
     * Writes who the holder is, unless another one is written there: one at a time may be (Lease.LeaseGrant, KV.Txn). The
     * same holder may claim it again, and has it for the whole time from then on. Ends with its time, whatever becomes of
     * the holder; when another member begins to lead, etcd lets the time begin anew.
     *
     * @param atMost whole seconds
     * @return who has it now
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED, also where the database is full
     */
    Claim claim(Member asked, String key, String holder, Duration atMost);

    /**
     * Ends a claim before its time (Lease.LeaseRevoke); succeeds if it has ended.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    void release(Member asked, Claim claim);

    /**
     * Who has claimed that, as the majority knows it; works also where the database is full.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    Optional<String> claimed(Member asked, String key);

    /**
     * What came of a claim.
     *
     * @param holder who has it
     * @param lease of etcd, with which it ends; means nothing to anybody but the holder
     */
    record Claim(String holder, long lease) {}

    /**
     * Forgets, in the whole cluster, what was overwritten or deleted before a revision, and waits until the member asked has
     * done so in its database (KV.Compact); succeeds if it was forgotten before.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    void compact(Member asked, long revision);

    /**
     * Takes back the alarm at every member that raised it (Maintenance.Alarm). It comes again where its reason is still
     * there.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    void disarm(Member asked, MemberStatus.Alarm alarm);

    /**
     * The hash of the keys and their history up to a revision, as the member has them itself (Maintenance.HashKV). Reads all
     * of them, for two minutes at most.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED, also if that revision is compacted or not there yet
     */
    Hash hash(Member asked, long revision);

    /**
     * What two members say alike whose data are the same.
     *
     * @param compacted up to which revision history is gone; hashes can be compared only where it is the same
     * @param hash 32 bits without a sign
     */
    record Hash(long compacted, long hash) {}

    /** The longest that a defragmentation is waited for: 8 GB at about 5 MB/s. */
    Duration DEFRAGMENTATION = Duration.ofMinutes(30);

    /**
     * Reads all that the member itself holds, in the order of keys: in pages of half a MiB, each as the data are then, so
     * that a key which is written meanwhile may be seen or not. Needs no majority and no room.
     *
     * @return whether all of it was read within the limit
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    boolean read(Member asked, Duration limit, Consumer<Entry> reader);

    /**
     * Reads the newest writes that the member still has, in their order: as many as are about 64 MiB, since etcd itself
     * holds in memory what it sends of them.
     *
     * @param revision of the newest one that is wanted, such as the member's own now
     * @return which ones these were
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    Span readHistory(Member asked, long revision, Duration limit, Consumer<Entry> reader);

    /**
     * A key and its value, or that it was deleted.
     *
     * @param value empty if it was deleted, or is larger than 4 MiB
     * @param bytes of key and value
     * @param version how often the key was written since it was created
     */
    record Entry(byte[] key, byte[] value, long bytes, long version, boolean deleted) {}

    /**
     * A part of the history.
     *
     * @param from its first revision; 0 if nothing was read
     * @param to its last one
     * @param complete whether it begins at the last compaction and ends with the newest revision that was wanted
     */
    record Span(long from, long to, boolean complete) {
        /** Nothing was read. */
        public static final Span NONE = new Span(0, 0, false);
    }

    /**
     * What the member's keys are now, as it has them itself; needs no majority.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED
     */
    Keyspace keyspace(Member asked);

    /**
     * The member's database as it is now, and its SHA-256 (Maintenance.Snapshot); needs no majority. Comes in pieces of
     * kilobytes as fast as they are taken, and ends within half an hour.
     *
     * @throws io.keelson.problem.ProblemException ETCD_CALL_FAILED; what came until then is no snapshot
     * @throws java.io.UncheckedIOException if a piece cannot be written
     */
    void snapshot(Member asked, OutputStream to);

    /**
     * Whom to ask, and as whom.
     *
     * @param clientUrl such as {@code https://192.0.2.11:2379}
     */
    record Member(String clientUrl, Network.Tls tls) {}
}
