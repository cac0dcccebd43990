package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Predicate;

/**
 * Gives the leadership away from a member, or to it, and waits until it is there.
 *
 * @param own how the member on this host is asked
 */
record Leadership(Etcd.Member own, Pacer pacer) {
    private static final Duration HANDOVER = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** From this member to the one that is furthest, so that nothing has to be sent to it first. */
    void handOver(Host host, Neighbours neighbours, Activity activity) {
        var next = neighbours.carrying().stream()
                .max(Comparator.comparingLong(each -> each.status().index()))
                .orElseThrow(() -> new IllegalStateException("neighbours without a sound member"))
                .status()
                .id();
        activity.progress("handing the leadership to " + next);
        host.etcd().moveLeader(own, next);
        await(host, "another member leads", HANDOVER, status -> status.role() == Role.FOLLOWER && status.leader() != 0);
    }

    /** To this member. */
    void take(Host host, MemberStatus status, Neighbours neighbours, Activity activity) {
        var leader = neighbours.carrying().stream()
                .filter(each -> each.status().role() == Role.LEADER)
                .findFirst()
                .orElseThrow(() -> atRisk("none of the other members leads").asException());
        activity.progress("taking the leadership from " + leader.status().id());
        host.etcd().moveLeader(leader.client(), status.id());
        await(host, "this member leads", HANDOVER, now -> now.role() == Role.LEADER);
    }

    /**
     * Waits until this member is as it should be.
     *
     * @return what it says then
     * @throws io.keelson.problem.ProblemException ETCD_QUORUM_AT_RISK if it is not in time
     */
    MemberStatus await(Host host, String what, Duration atMost, Predicate<MemberStatus> condition) {
        long began = pacer.nanos();
        while (true) {
            var found = host.etcd().status(own).filter(condition);
            if (found.isPresent()) {
                return found.get();
            }
            if (pacer.nanos() - began > atMost.toNanos()) {
                throw atRisk("waited " + atMost.toSeconds() + " s in vain until " + what)
                        .asException();
            }
            pacer.pauseWhile(LOOK, "an etcd member was waited for");
        }
    }

    static Problem atRisk(String why) {
        return Problem.error(
                ProblemCode.ETCD_QUORUM_AT_RISK,
                "the etcd member is left alone for now: " + why,
                Remedy.advise("See how the members are; the agent tries again by itself.", "keelson etcd status"));
    }
}
