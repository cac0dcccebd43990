package io.keelson.server.session;

import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.HostId;
import io.keelson.proto.agent.v1.EtcdUsage;
import java.time.Duration;
import java.util.Optional;

/** Asks agents that are connected to this server, each one thing at a time. A question changes nothing on a host. */
public interface HostQuestions {
    /** Whether the agent of the host is connected to this server now. */
    boolean reaches(HostId host);

    /**
     * Who takes up how much of the host's etcd member. Ends a few seconds after the limit at the latest.
     *
     * @param limit how long the host may look
     * @return as the host has told it, with no more rows and no longer or other texts than {@link EtcdUsages} takes
     * @throws io.keelson.problem.ProblemException {@code HOST_NOT_CONNECTED}, {@code HOST_QUESTION_UNKNOWN},
     *     {@code HOST_QUESTION_BUSY}, {@code HOST_QUESTION_UNANSWERED} if there was no answer in time or none that can be
     *     taken, or what the agent answers
     */
    EtcdUsage etcdUsage(HostId host, Duration limit);

    /**
     * How far the log of etcd on the host's disk goes. Ends within seconds after the limit.
     *
     * @return empty if there is no log
     * @throws io.keelson.problem.ProblemException as {@link #etcdUsage}
     */
    Optional<MemberDisk> etcdDisk(HostId host, Duration limit);

    /**
     * How the host's etcd member is now. Ends within seconds after the limit.
     *
     * @return empty if it does not answer
     * @throws io.keelson.problem.ProblemException as {@link #etcdUsage}
     */
    Optional<MemberStatus> etcdStatus(HostId host, Duration limit);
}
