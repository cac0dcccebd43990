package io.keelson.server.rollout;

import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.departures.Departure;
import io.keelson.server.departures.Departure.Stage;
import io.keelson.server.departures.DepartureRecords;
import io.keelson.server.desired.Decision;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.desired.Obeyed;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Keys;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries on what hosts are on their way out of, one step for each in a turn; what is decided is in {@link DepartureRules}. Used
 * by the cluster loop's thread only, and waits for nothing but the store.
 */
public final class Departing {
    private static final System.Logger LOG = System.getLogger(Departing.class.getName());
    private static final String ACTOR = "server";
    /** What an emptying waits for is told to people, not to programs. */
    private static final Duration TOLD = Duration.ofSeconds(10);

    private final DepartureRecords records;
    private final NodeExits exits;
    private final DesiredStates desired;
    private final Hosts hosts;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Map<HostId, Instant> told = new HashMap<>();

    public Departing(
            DepartureRecords records,
            NodeExits exits,
            DesiredStates desired,
            Hosts hosts,
            AuditLog audit,
            InstantSource clock) {
        this.records = records;
        this.exits = exits;
        this.desired = desired;
        this.hosts = hosts;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What a turn came to.
     *
     * @param mayLeave hosts that may be told to be no node now
     * @param waiting whether something is under way that no change of the store announces
     */
    record Turn(Set<HostId> mayLeave, boolean waiting) {}

    /** Those that are on their way out now. */
    List<Departure> going() {
        return records.all();
    }

    /**
     * One turn.
     *
     * @param fleet read after {@code going}: a host that is to be taken out is revoked first, and one that shows as not revoked is
     *     taken for another one of its name
     */
    Turn turn(Epoch epoch, FleetImage fleet, List<Departure> going) {
        var mayLeave = new HashSet<HostId>();
        boolean waiting = false;
        for (var known : all(epoch, fleet, going)) {
            var step = DepartureRules.next(known, seen(fleet, known), clock.instant());
            switch (step) {
                case DepartureStep.Rest _ -> LOG.log(Level.DEBUG, "host {0} leaves", known.host());
                case DepartureStep.MayLeave _ -> mayLeave.add(known.host());
                case DepartureStep.Become(var next) -> become(epoch, known, next);
                case DepartureStep.Empty(var node) -> {
                    empty(epoch, fleet, known, node);
                    waiting = true;
                }
                case DepartureStep.Serve(var node) -> waiting |= !exits.keep(node);
                case DepartureStep.Return(var node) -> {
                    waiting = true;
                    if (exits.keep(node)) {
                        become(epoch, known, Optional.empty());
                    }
                }
                case DepartureStep.TellBare(var next) -> tellBare(epoch, fleet, known, next);
                case DepartureStep.Forget _ -> hosts.remove(ACTOR, known.host());
                case DepartureStep.DeleteNode(var node) -> {
                    waiting = true;
                    if (exits.delete(node, () -> !isNode(known.host(), node))) {
                        become(epoch, known, Optional.empty());
                    }
                }
            }
        }
        return new Turn(Set.copyOf(mayLeave), waiting);
    }

    /** Those that are known, and those that begin now. */
    private List<Departure> all(Epoch epoch, FleetImage fleet, List<Departure> going) {
        var all = new ArrayList<>(going);
        var known = new HashMap<HostId, Departure>();
        all.forEach(each -> known.put(each.host(), each));
        for (var cluster : fleet.clusters().values()) {
            if (cluster.removing()) {
                continue;
            }
            for (var host : Departures.of(fleet, cluster)) {
                var node = Assignments.told(fleet, host).map(Departing::node);
                var before = Optional.ofNullable(known.get(host));
                boolean begins = before.filter(each -> each.from().equals(node)).isEmpty()
                        && before.filter(each -> isWord(each.stage())).isEmpty()
                        && !isRevoked(fleet, host)
                        && isPlanned(fleet, cluster);
                if (begins) {
                    var next = Departure.begin(host, node, Stage.EMPTYING, clock.instant());
                    audit.append(
                            ACTOR, "host.empty", host.value(), "no pool of cluster " + cluster.name() + " names it");
                    if (records.change(epoch, host, before, Optional.of(next))) {
                        before.ifPresent(all::remove);
                        all.add(next);
                    }
                }
            }
        }
        return all;
    }

    private static boolean isWord(Stage stage) {
        return stage == Stage.RESETTING || stage == Stage.REMOVING;
    }

    private static Departure.Node node(NodeSpec node) {
        return new Departure.Node(node.cluster(), node.node());
    }

    private static boolean isRevoked(FleetImage fleet, HostId host) {
        return Optional.ofNullable(fleet.hosts().get(host))
                .filter(each -> each.host().revoked())
                .isPresent();
    }

    private static boolean isPlanned(FleetImage fleet, RegisteredCluster cluster) {
        return ClusterPlanner.plan(fleet.question(cluster.spec())) instanceof ClusterPlan;
    }

    private static DepartureRules.Seen seen(FleetImage fleet, Departure known) {
        var host = Optional.ofNullable(fleet.hosts().get(known.host()));
        var cluster = known.from()
                .flatMap(from -> Optional.ofNullable(fleet.clusters().get(from.cluster())));
        return new DepartureRules.Seen(
                cluster.isPresent(),
                cluster.filter(each -> fleet.named(each).contains(known.host())).isPresent(),
                cluster.filter(each -> !each.removing() && isPlanned(fleet, each))
                        .isPresent(),
                isSame(host.flatMap(FleetHost::node), known.from()),
                host.flatMap(FleetHost::node).isPresent() && !isSame(host.flatMap(FleetHost::node), known.from()),
                isSame(host.flatMap(FleetHost::leaving), known.from()),
                host.isPresent(),
                host.filter(each -> each.host().revoked()).isPresent(),
                fleet.pools().of(known.host()).isPresent());
    }

    private static boolean isSame(Optional<NodeSpec> node, Optional<Departure.Node> from) {
        return from.isPresent() && node.map(Departing::node).equals(from);
    }

    private boolean isNode(HostId host, Departure.Node node) {
        return isSame(desired.get(host).flatMap(DesiredState::node), Optional.of(node));
    }

    private void empty(Epoch epoch, FleetImage fleet, Departure known, Departure.Node node) {
        var now = clock.instant();
        boolean connected = Optional.ofNullable(fleet.hosts().get(known.host()))
                .filter(host -> host.connected(now))
                .isPresent();
        var next = DepartureRules.answered(known, exits.empty(node, known.since()), connected, now);
        boolean early = Optional.ofNullable(told.get(known.host()))
                .filter(last -> now.isBefore(last.plus(TOLD)))
                .isPresent();
        if (!next.equals(known) && (next.stage() != known.stage() || !early)) {
            if (become(epoch, known, Optional.of(next))) {
                told.put(known.host(), now);
            }
        }
    }

    private void tellBare(Epoch epoch, FleetImage fleet, Departure known, Optional<Departure> next) {
        var obeyed = Optional.ofNullable(fleet.hosts().get(known.host()))
                .map(FleetHost::obeyed)
                .orElse(Obeyed.NOTHING);
        var guards = known
                .from()
                .flatMap(from -> Optional.ofNullable(fleet.clusters().get(from.cluster())))
                .map(cluster -> Condition.unchanged(Keys.cluster(cluster.name()), cluster.version()))
                .stream()
                .toArray(Condition[]::new);
        audit.append(
                ACTOR,
                "host.leave",
                known.host().value(),
                known.from().map(from -> "be node " + from + " no more").orElse("be bare"));
        if (desired.tellBare(epoch, known.host(), obeyed, guards) instanceof Decision.Written
                && !next.equals(Optional.of(known))) {
            become(epoch, known, next);
        }
    }

    /** Whether it is written down. */
    private boolean become(Epoch epoch, Departure known, Optional<Departure> next) {
        if (!records.change(epoch, known.host(), Optional.of(known), next)) {
            LOG.log(Level.INFO, "how host {0} leaves was changed meanwhile; looking again", known.host());
            return false;
        }
        if (!next.map(Departure::stage).equals(Optional.of(known.stage()))) {
            LOG.log(
                    Level.INFO,
                    "host {0}, {1}: {2}, then {3}",
                    known.host(),
                    known.from().map(Departure.Node::toString).orElse("no node"),
                    known.stage(),
                    next.map(each -> each.stage() + " " + each.reasons()).orElse("over"));
        }
        return true;
    }
}
