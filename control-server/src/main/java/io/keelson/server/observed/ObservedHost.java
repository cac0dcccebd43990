package io.keelson.server.observed;

import io.keelson.etcd.MemberReport;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a host says it is.
 *
 * @param session of the live connection; empty while there is none
 * @param server that has the connection, or had it last
 * @param lastSeen when the host last said anything, to within {@link #GRANULARITY}
 * @param running steps are being carried out now
 * @param lastProblem that halted the newest attempt; empty once it went well
 * @param problemRevision of the attempt that the last problem halted
 * @param dropped reports that the agent's bounded spool had to drop so far
 * @param etcd what it last said of the etcd member on it; empty if it never did
 * @param etcdCurrent whether it said so in its live connection; else it may have lost the member since
 * @param level the level of its operating system that it last came to, as its agent said when its connection began or when
 *     the host came to a revision, whichever is later; it may have yet to be rebooted if that revision is not the wanted one.
 *     Empty if it came to none, or its agent knows of none
 */
public record ObservedHost(
        HostId host,
        Optional<String> session,
        String server,
        Instant lastSeen,
        String agentVersion,
        String bootId,
        Facts facts,
        Epoch epoch,
        Revision accepted,
        Revision converged,
        boolean running,
        String step,
        Optional<ReportedProblem> lastProblem,
        Revision problemRevision,
        long dropped,
        Optional<MemberReport> etcd,
        boolean etcdCurrent,
        Optional<BundleName> level) {
    /** How often what a living connection says is written at least. */
    public static final Duration GRANULARITY = Duration.ofSeconds(30);

    /** How long a connection is believed that nobody confirms: its server died with it. */
    private static final Duration BELIEVED = GRANULARITY.multipliedBy(3);

    /** Whether the host's agent is connected to some server. */
    public boolean connected(Instant now) {
        return session.isPresent() && now.isBefore(lastSeen.plus(BELIEVED));
    }

    /**
     * The problem because of which it could not be made what that revision wants, the last time that an attempt came to its end;
     * also while it tries again.
     */
    public Optional<ReportedProblem> failing(Revision wanted) {
        return lastProblem.filter(problem -> !problem.warning() && problemRevision.equals(wanted));
    }

    /** The problem because of which it is not what that revision wants; empty while it tries, or has yet to. */
    public Optional<ReportedProblem> haltedAt(Revision wanted) {
        return running ? Optional.empty() : failing(wanted);
    }
}
