package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.ProblemException;
import java.time.Duration;
import java.util.Optional;

/**
 * The turn of one member to be down by our own doing; a key in the cluster's own etcd, so that no two agents have it. Taken
 * before the others are asked how they are: two that asked at the same moment would both hear that all are sound, and both
 * go down. From when a member is down its silence tells the others, whoever has the turn.
 *
 * <p>Its time ends it if the agent is killed; an agent that comes back takes its own again. It is no fence: an agent that is
 * stopped for minutes between its last look at the clock and its call to systemd goes on as if it had the turn.
 */
final class Turn implements AutoCloseable {
    static final String KEY = "/keelson/etcd/turn";

    /** Within so long the member goes down, or not at all. */
    private static final Duration BEGIN = Duration.ofMinutes(2);

    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    private final Host host;
    private final EtcdSpec spec;
    private final EtcdLayout layout;
    private final Pacer pacer;
    private final Optional<Etcd.Claim> claim;
    private final long began;

    private Turn(Host host, EtcdSpec spec, EtcdLayout layout, Pacer pacer, Optional<Etcd.Claim> claim, long began) {
        this.host = host;
        this.spec = spec;
        this.layout = layout;
        this.pacer = pacer;
        this.claim = claim;
        this.began = began;
    }

    /**
     * Takes it for this member, which carries the quorum with the others.
     *
     * <p>A full database lets nobody write that. Then it is enough that nobody has the turn of before: it is defragmented by
     * permits, of which the server gives one at a time.
     *
     * @param status of this member
     * @param outage how long it is down at the longest
     * @throws ProblemException ETCD_QUORUM_AT_RISK if it is another member's turn, ETCD_CALL_FAILED
     */
    static Turn take(Host host, EtcdSpec spec, EtcdLayout layout, Pacer pacer, MemberStatus status, Duration outage) {
        var own = spec.own().orElseThrow();
        long began = pacer.nanos();
        if (status.alarms().contains(Alarm.NOSPACE)) {
            host.etcd().claimed(layout.client(own), KEY).ifPresent(holder -> requireOwn(own, holder));
            return new Turn(host, spec, layout, pacer, Optional.empty(), began);
        }
        var claim = host.etcd().claim(layout.client(own), KEY, own.name().value(), BEGIN.plus(outage));
        requireOwn(own, claim.holder());
        return new Turn(host, spec, layout, pacer, Optional.of(claim), began);
    }

    private static void requireOwn(EtcdMember own, String holder) {
        if (!holder.equals(own.name().value())) {
            throw Leadership.atRisk("it is the turn of member " + holder).asException();
        }
    }

    /**
     * Asked last before the member goes down.
     *
     * @throws ProblemException ETCD_QUORUM_AT_RISK if too much of its time is over
     */
    void requireTime() {
        if (pacer.nanos() - began > BEGIN.toNanos()) {
            throw Leadership.atRisk("its turn was over before it could begin").asException();
        }
    }

    /** Lets the next one have it; this member may be down still, so others are asked first. */
    @Override
    public void close() {
        claim.ifPresent(mine -> {
            for (EtcdMember other : spec.others()) {
                if (isReleased(other, mine)) {
                    return;
                }
            }
            spec.own().ifPresent(own -> isReleased(own, mine));
        });
    }

    private boolean isReleased(EtcdMember asked, Etcd.Claim mine) {
        try {
            host.etcd().release(layout.client(asked), mine);
            return true;
        } catch (ProblemException e) {
            LOG.log(System.Logger.Level.DEBUG, "the turn ends by itself: {0}", e.getMessage());
            return false;
        }
    }
}
