package io.keelson.server.rollout;

import io.keelson.etcd.MemberPermit;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.fleet.SnapshotKey;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.desired.Decision;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.desired.Obeyed;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.leader.Leadership;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Makes what hosts are to be follow from what was declared. Runs on every server, acts on the leader only; woken by a
 * change or a timer. Each turn reads the fleet afresh, after the epoch is known: all that an earlier leader wrote is
 * seen then, and nothing that it writes later is accepted. One virtual thread.
 */
public final class ClusterLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ClusterLoop.class.getName());
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final Duration LEADER_TURN = Duration.ofSeconds(1);
    /** While something goes on that no change of the store announces. */
    private static final Duration WAITING_TURN = Duration.ofSeconds(2);

    private final Leadership leadership;
    private final Fleet fleet;
    private final LiveFleet changes;
    private final DesiredStates desired;
    private final ClusterPki pki;
    private final AuditLog audit;
    private final Departing departing;
    private final InstantSource clock;
    private boolean waiting;
    private final LatePermits permits;
    private volatile Optional<Thread> thread = Optional.empty();

    public ClusterLoop(
            Leadership leadership,
            Fleet fleet,
            LiveFleet changes,
            DesiredStates desired,
            ClusterPki pki,
            AuditLog audit,
            Departing departing,
            InstantSource clock) {
        this.leadership = leadership;
        this.fleet = fleet;
        this.changes = changes;
        this.desired = desired;
        this.pki = pki;
        this.audit = audit;
        this.departing = departing;
        this.clock = clock;
        this.permits = new LatePermits(clock);
    }

    /** Begins to take turns. */
    public void start() {
        thread = Optional.of(Thread.ofVirtual().name("cluster loop").start(this::run));
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long seen = changes.changes();
                var epoch = leadership.current();
                epoch.ifPresent(this::safeTurn);
                // A server that does not lead looks often whether it leads now; that costs no access to the store.
                var pause = waiting ? WAITING_TURN : TURN;
                var unused = changes.awaitChange(seen, epoch.isPresent() ? pause : LEADER_TURN);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the cluster loop ends: {0}", String.valueOf(e.getMessage()));
        }
    }

    private void safeTurn(Epoch epoch) {
        try {
            turn(epoch);
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "the cluster loop tries again later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the cluster loop failed unforeseen; it tries again later", e);
        }
    }

    /** One turn; returns how many hosts were told something new. */
    int turn(Epoch epoch) {
        int told = 0;
        // Before the fleet: whatever was done to a host before it was said that it is to go shows in the fleet then.
        var going = departing.going();
        var image = fleet.read();
        var departures = departing.turn(epoch, image, going);
        waiting = departures.waiting();
        for (var assignment : Assignments.decide(
                image, epoch, this::snapshotKey, clock.instant(), permits::of, departures.mayLeave()::contains)) {
            var cluster = assignment.because();
            if (assignment.leaves()) {
                audit.append(
                        "server",
                        "host.leave",
                        assignment.host().value(),
                        "leave cluster " + cluster.name() + ", whose declaration names it no more");
            }
            assignment
                    .permit()
                    .ifPresent(permit -> audit.append(
                            "server", action(permit), assignment.host().value(), what(permit, assignment.node())));
            var decision = desired.decide(
                    epoch,
                    assignment.host(),
                    assignment.wanted(),
                    obeyed(image, assignment.host()),
                    Condition.unchanged(Keys.cluster(cluster.name()), cluster.version()));
            switch (decision) {
                case Decision.Written(var state) -> {
                    told++;
                    assignment.permit().ifPresent(permit -> permits.note(cluster.name(), permit));
                    log(assignment, state.revision());
                }
                case Decision.Unchanged unchanged -> LOG.log(Level.DEBUG, "host {0} knows", assignment.host());
                case Decision.Refused refused -> {
                    LOG.log(Level.INFO, "the fleet changed while hosts were told; looking again");
                    return told;
                }
            }
        }
        return told;
    }

    private static Obeyed obeyed(FleetImage image, HostId host) {
        return Optional.ofNullable(image.hosts().get(host))
                .map(FleetHost::obeyed)
                .orElse(Obeyed.NOTHING);
    }

    /** Hosts are told what they are to be also while no key can be made. */
    private Optional<SnapshotKey> snapshotKey(ClusterName cluster) {
        try {
            return Optional.of(pki.snapshotKey(cluster));
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.SERVER_STORE_UNAVAILABLE) {
                throw e;
            }
            LOG.log(Level.WARNING, "no snapshots of cluster {0} can be encrypted: {1}", cluster, e.getMessage());
            return Optional.empty();
        }
    }

    private static void log(Assignments.Assignment assignment, Revision revision) {
        if (assignment.leaves()) {
            LOG.log(
                    Level.INFO,
                    "host {0} is to leave cluster {1}, revision {2}",
                    assignment.host(),
                    assignment.node().cluster(),
                    revision);
            return;
        }
        assignment
                .permit()
                .ifPresentOrElse(
                        permit -> LOG.log(
                                Level.INFO,
                                "host {0} may {1}, revision {2}",
                                assignment.host(),
                                what(permit, assignment.node()),
                                revision),
                        () -> LOG.log(
                                Level.INFO,
                                "host {0} is to be a node of cluster {1}{2}, revision {3}",
                                assignment.host(),
                                assignment.node().cluster(),
                                assignment
                                        .node()
                                        .etcd()
                                        .current()
                                        .map(held -> " and holds etcd member " + held)
                                        .orElse(""),
                                revision));
    }

    private static String action(MemberPermit permit) {
        return switch (permit) {
            case MemberPermit.Rebuild _ -> "etcd.rebuild";
            case MemberPermit.Refound _ -> "etcd.refound";
            case MemberPermit.Defragment _ -> "etcd.defragment";
            case MemberPermit.Lead _ -> "etcd.lead";
            case MemberPermit.Relieve _ -> "etcd.relieve";
        };
    }

    private static String what(MemberPermit permit, NodeSpec node) {
        var member = "etcd member " + node.node() + " of cluster " + node.cluster();
        return switch (permit) {
            case MemberPermit.Rebuild _ ->
                "make " + member + " anew, incarnation " + node.etcd().incarnation();
            case MemberPermit.Refound _ ->
                "begin etcd of cluster " + node.cluster() + " anew, number "
                        + node.etcd().refoundings() + ", with " + node.etcd().founding();
            case MemberPermit.Defragment _ -> "defragment " + member;
            case MemberPermit.Lead _ -> "let " + member + " lead";
            case MemberPermit.Relieve _ -> "let " + member + " lead, as the leader is slow";
        };
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
