package io.keelson.server.rollout;

import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.departures.Departure;
import io.keelson.server.departures.Departure.Stage;
import io.keelson.server.departures.DepartureRecords;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What people say about hosts that no declaration names: that one is gone for good, or is to be bare once more. Asked of any server;
 * the leader carries it out ({@link Departing}).
 */
public final class HostWords {
    private final DepartureRecords records;
    private final Fleet fleet;
    private final Hosts hosts;
    private final AuditLog audit;
    private final InstantSource clock;

    public HostWords(DepartureRecords records, Fleet fleet, Hosts hosts, AuditLog audit, InstantSource clock) {
        this.records = records;
        this.fleet = fleet;
        this.hosts = hosts;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Takes a host out for good, without hearing of it: it is revoked, its place in its cluster given up as if it had left, its
     * Node object deleted once the API answers, and it is forgotten.
     *
     * @param dryRun whether only what would happen is told
     * @return what happens, step by step, each a clause for a person
     * @throws io.keelson.problem.ProblemException HOST_UNKNOWN; HOST_TAKEN: a declaration names it; HOST_HOLDS_MEMBER;
     *     HOST_STILL_CONNECTED: it is a node, and could leave by itself
     */
    public List<String> remove(String actor, HostId id, boolean dryRun) {
        var image = fleet.read();
        var host = existing(image, id);
        // One that its pool names no more, and whose agent cannot go on with it, would never leave.
        if (image.pools().poolOf(id).filter(pool -> pool.pool().names(id)).isPresent()) {
            refuseIfPooled(image, id);
        }
        host.holds().ifPresent(node -> {
            if (host.connected(clock.instant())) {
                throw Problem.error(
                                ProblemCode.HOST_STILL_CONNECTED,
                                "host " + id + " is connected, and node " + node.node() + " of cluster "
                                        + node.cluster() + " runs on it",
                                Remedy.advise(
                                        "It leaves by itself; see how far it is. Switch it off first if it is never to"
                                                + " come back.",
                                        "keelson describe host " + id))
                        .asException();
            }
        });
        var node = from(host);
        var steps = new ArrayList<String>();
        steps.add("its identity is revoked: it is let in no more");
        node.ifPresent(each -> {
            steps.add("its place as node " + each + " is given up, with its part of the pod network");
            steps.add("the object of node " + each
                    + " is deleted as soon as the cluster's API answers; its pods go with it");
        });
        steps.add("it is forgotten: a machine may join under its name with a new token");
        if (!dryRun) {
            hosts.revoke(actor, id);
            if (node.isEmpty()) {
                hosts.remove(actor, id);
            } else {
                audit.append(actor, "host.remove", id.value(), "gone for good; it is node " + node.get());
                records.say(Departure.begin(id, node, Stage.REMOVING, clock.instant()));
            }
        }
        return List.copyOf(steps);
    }

    /**
     * Tells a host once more to be bare: one that was not bare in the end, has leftovers of a cluster, or does not come to be
     * empty.
     *
     * @param withoutDraining whether it is told also if it is a node still, whose pods are killed by it
     * @param dryRun whether only what would happen is told
     * @return what happens, step by step, each a clause for a person
     * @throws io.keelson.problem.ProblemException HOST_UNKNOWN; HOST_TAKEN: a declaration names it; HOST_HOLDS_MEMBER;
     *     HOST_NOT_CONNECTED: it is revoked and hears of nothing; NODE_NOT_EMPTY: it is a node still
     */
    public List<String> reset(String actor, HostId id, boolean withoutDraining, boolean dryRun) {
        var image = fleet.read();
        var host = existing(image, id);
        refuseIfPooled(image, id);
        if (host.host().revoked()) {
            throw Problem.error(
                            ProblemCode.HOST_NOT_CONNECTED,
                            "host " + id + " is revoked, and hears of nothing any more",
                            Remedy.advise("Take it out.", "keelson host remove " + id + " --dry-run"))
                    .asException();
        }
        var node = from(host);
        var steps = new ArrayList<String>();
        if (host.node().isPresent()) {
            if (!withoutDraining) {
                throw notEmpty(host, host.node().get());
            }
            steps.add("pods on it are killed at once, whatever budgets say");
        }
        steps.add(
                host.connected(clock.instant())
                        ? "it is told to be bare, and takes away what it has of any cluster of Keelson's"
                        : "it is told to be bare as soon as it is connected");
        node.ifPresent(each -> steps.add("the object of node " + each + " is deleted when it has left"));
        if (!dryRun) {
            audit.append(
                    actor,
                    "host.reset",
                    id.value(),
                    node.map(each -> "it is node " + each).orElse("it is in no cluster"));
            records.say(Departure.begin(id, node, Stage.RESETTING, clock.instant()));
        }
        return List.copyOf(steps);
    }

    private static RuntimeException notEmpty(FleetHost host, NodeSpec node) {
        return Problem.error(
                        ProblemCode.NODE_NOT_EMPTY,
                        "host " + host.id() + " is node " + node.node() + " of cluster " + node.cluster()
                                + " still, and leaves when it is empty",
                        Remedy.advise(
                                "See what keeps its pods; --without-draining kills them.",
                                "keelson describe host " + host.id()))
                .asException();
    }

    /** The host, if no declaration names it and it holds no member of etcd. */
    private static FleetHost existing(FleetImage image, HostId id) {
        var host = Optional.ofNullable(image.hosts().get(id))
                .orElseThrow(() -> Problem.error(
                                ProblemCode.HOST_UNKNOWN,
                                "there is no host " + id,
                                Remedy.advise("See which hosts there are.", "keelson get hosts"))
                        .asException());
        if (host.holds()
                .filter(node ->
                        node.role() == Role.CONTROL_PLANE || node.etcd().own().isPresent())
                .isPresent()) {
            throw Problem.error(
                            ProblemCode.HOST_HOLDS_MEMBER,
                            "host " + id + " holds a member of etcd of cluster "
                                    + host.holds().get().cluster(),
                            Remedy.advise(
                                    "Install it anew under its name: its member is made anew, and nothing is lost.",
                                    "keelson token create --hostname " + id + " --out token"))
                    .asException();
        }
        image.clusters().values().stream()
                .filter(cluster -> cluster.names(id))
                .map(RegisteredCluster::name)
                .findFirst()
                .ifPresent(cluster -> {
                    throw Problem.error(
                                    ProblemCode.HOST_TAKEN,
                                    "the declaration of cluster " + cluster + " names host " + id,
                                    Remedy.advise(
                                            "Take it out of the declaration first; without it the cluster could not be as"
                                                    + " declared.",
                                            "keelson get clusters " + cluster + " -o yaml"))
                            .asException();
                });
        return host;
    }

    /** What a pool does with a host goes on whatever is said of it; only of one that has failed it waits for a word. */
    private static void refuseIfPooled(FleetImage image, HostId id) {
        image.pools().of(id).filter(record -> record.stage().isNode()).ifPresent(record -> {
            throw Problem.error(
                            ProblemCode.HOST_TAKEN,
                            "node pool " + record.pool() + " has host " + id + " as " + record.stage(),
                            Remedy.advise(
                                    "Take it out of the pool's hosts, and the pool empties it and lets it leave, if its agent"
                                            + " is connected.",
                                    "keelson describe nodepool " + record.pool()))
                    .asException();
        });
    }

    /** The node of which something is on it, or whose object is still there. */
    private static Optional<Departure.Node> from(FleetHost host) {
        return host.holds()
                .map(node -> new Departure.Node(node.cluster(), node.node()))
                .or(() -> host.departure().flatMap(Departure::from));
    }
}
