package io.keelson.agent.host;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
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
     * Whom to ask, and as whom.
     *
     * @param clientUrl such as {@code https://192.0.2.11:2379}
     */
    record Member(String clientUrl, Network.Tls tls) {}
}
