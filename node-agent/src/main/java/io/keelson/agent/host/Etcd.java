package io.keelson.agent.host;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Members of an etcd cluster, on this host and on others, by their client URLs (etcd's gRPC API v3: KV, Cluster,
 * Maintenance). Every call ends within seconds. A change whose answer was lost may have been made: look again.
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

    /** The longest that a defragmentation is waited for: 8 GB at about 5 MB/s. */
    Duration DEFRAGMENTATION = Duration.ofMinutes(30);

    /**
     * Whom to ask, and as whom.
     *
     * @param clientUrl such as {@code https://192.0.2.11:2379}
     */
    record Member(String clientUrl, Network.Tls tls) {}
}
