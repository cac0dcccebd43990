package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.Optional;

/**
 * Makes the cluster expect a new member in the place of one whose disk is empty or whose data differ: the old one is removed, a learner added.
 * May be cut short anywhere and done again: a learner that was never started is taken over. Learners of others that were
 * never started are left from a change that nobody goes on with, since one change is permitted at a time; etcd allows one
 * learner, so such a one goes.
 */
record NewMember(EtcdSpec spec, EtcdMember own, EtcdLayout layout) {
    /**
     * Has the cluster expect this member.
     *
     * @param cluster that the old member was of, if it is known
     * @return the new member's ids
     * @throws io.keelson.problem.ProblemException ETCD_QUORUM_AT_RISK, ETCD_MEMBER_CHANGED, ETCD_CALL_FAILED;
     *     HOST_FOREIGN_DATA if the others are of another cluster
     */
    MemberNote.Ids expected(Host host, Optional<EtcdId> cluster, Activity activity) {
        var neighbours = Neighbours.ask(host, spec, layout);
        if (cluster.filter(known -> !known.equals(neighbours.cluster())).isPresent()) {
            throw anotherCluster(cluster.get(), neighbours.cluster()).asException();
        }
        var listed = neighbours.at(own.peerUrl());
        if (listed.filter(NewMember::waits).isPresent()) {
            return ids(neighbours, listed.get().id());
        }
        for (var other : neighbours.members()) {
            if (other.learner() && !other.peerUrls().contains(own.peerUrl())) {
                clear(host, neighbours, other, activity);
            }
        }
        if (listed.isPresent()) {
            activity.progress("removing member " + listed.get().id() + ", whose data are lost or differ");
            host.etcd().remove(neighbours.first(), listed.get().id());
        }
        activity.progress("adding a learner");
        return ids(neighbours, host.etcd().addLearner(neighbours.first(), own.peerUrl()));
    }

    private static boolean waits(KnownMember member) {
        return member.learner() && !member.started();
    }

    private static MemberNote.Ids ids(Neighbours neighbours, EtcdId member) {
        return new MemberNote.Ids(neighbours.cluster(), member);
    }

    private static void clear(Host host, Neighbours neighbours, KnownMember other, Activity activity) {
        if (other.started()) {
            throw Problem.error(
                            ProblemCode.ETCD_MEMBER_CHANGED,
                            "learner " + other.name() + " (" + other.id() + ") is joining already",
                            Remedy.advise(
                                    "Wait until it has its vote; members are changed one at a time.",
                                    "keelson etcd status"))
                    .asException();
        }
        activity.progress("removing learner " + other.id() + ", which was never started");
        host.etcd().remove(neighbours.first(), other.id());
    }

    private Problem anotherCluster(EtcdId was, EtcdId is) {
        return Problem.error(
                ProblemCode.HOST_FOREIGN_DATA,
                layout.dataDir() + " is of cluster " + was + ", the other members are of " + is,
                Remedy.advise("Find out which cluster this host belongs to.", "keelson etcd status"));
    }
}
