package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.etcd.EtcdId;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;

/**
 * The CORRUPT alarm of this host's member, asked for and taken back at the others. As long as it is up, nobody writes anything
 * in the cluster; it has done its work when etcd does not serve these data any more and never will.
 */
record CorruptAlarm(EtcdSpec spec, EtcdLayout layout) {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    /** Whether it is up, as far as the others say now. */
    boolean isUp(Host host, MemberNote differing) {
        try {
            return isUp(host, Neighbours.ask(host, spec, layout), differing);
        } catch (ProblemException e) {
            LOG.log(Level.DEBUG, "looked at again with the next run: {0}", e.getMessage());
            return false;
        }
    }

    private static boolean isUp(Host host, Neighbours neighbours, MemberNote differing) {
        return differing
                .ids()
                .map(MemberNote.Ids::member)
                .filter(host.etcd().corrupt(neighbours.first())::contains)
                .isPresent();
    }

    /**
     * Takes it back and reads that; nothing if it is not up.
     *
     * @throws ProblemException ETCD_QUORUM_AT_RISK, ETCD_CALL_FAILED; ETCD_DATA_DIFFERS if it is up all the same
     */
    void takeBack(Host host, MemberNote differing, Activity activity) {
        var neighbours = Neighbours.ask(host, spec, layout);
        if (!isUp(host, neighbours, differing)) {
            return;
        }
        var member = differing
                .ids()
                .map(MemberNote.Ids::member)
                .map(EtcdId::toString)
                .orElse("");
        differing.ids().ifPresent(ids -> host.etcd().disarmCorrupt(neighbours.first(), ids.member()));
        if (isUp(host, neighbours, differing)) {
            throw Soundness.problem(
                            ProblemCode.ETCD_DATA_DIFFERS,
                            "the alarm CORRUPT of member " + member + " does not go, though it was taken back",
                            "See what the members say; the agent tries again by itself.")
                    .asException();
        }
        activity.progress("the alarm CORRUPT of member " + member + " is taken back");
    }
}
