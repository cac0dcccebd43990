package io.keelson.server.rollout;

import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.Lately;
import io.keelson.etcd.MemberPermit;
import io.keelson.etcd.MemberSeat;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterPlanning;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The loop's decision: pure, made on one picture of the fleet. */
final class Assignments {
    private Assignments() {}

    /**
     * A host is to be told something new.
     *
     * @param because the declaration from which it follows; it must still stand when the host is told
     * @param permit what it lets the host do to its etcd member, if that is all that is new
     * @param leaves whether it is to be that node no more
     */
    record Assignment(
            HostId host, NodeSpec node, RegisteredCluster because, Optional<MemberPermit> permit, boolean leaves) {
        Assignment(HostId host, NodeSpec node, RegisteredCluster because, Optional<MemberPermit> permit) {
            this(host, node, because, permit, false);
        }

        /** A host that is to be that node no more, and none. */
        static Assignment leaving(HostId host, NodeSpec node, RegisteredCluster because) {
            return new Assignment(host, node, because, Optional.empty(), true);
        }

        /** What the host is told. */
        Optional<NodeSpec> wanted() {
            return leaves ? Optional.empty() : Optional.of(node);
        }
    }

    /**
     * What is to be written, cluster by cluster; nothing for a cluster that cannot be as declared.
     *
     * @param leader who decides
     * @param keys to which snapshots are encrypted; where there is none, none are taken
     * @param lately what members of a cluster were permitted so lately that they are not again
     * @param mayLeave which of the hosts that are named no more may be told so now
     */
    static List<Assignment> decide(
            FleetImage fleet,
            Epoch leader,
            Function<ClusterName, Optional<SnapshotKey>> keys,
            Instant now,
            Function<ClusterName, Lately> lately,
            Predicate<HostId> mayLeave) {
        return fleet.clusters().values().stream()
                .filter(cluster -> !cluster.removing())
                .flatMap(cluster ->
                        decide(fleet, leader, cluster, keys.apply(cluster.name()), now, lately, mayLeave).stream())
                .toList();
    }

    private static List<Assignment> decide(
            FleetImage fleet,
            Epoch leader,
            RegisteredCluster cluster,
            Optional<SnapshotKey> key,
            Instant now,
            Function<ClusterName, Lately> lately,
            Predicate<HostId> mayLeave) {
        return switch (ClusterPlanner.plan(fleet.question(cluster.spec()).encryptingTo(key))) {
            // The cluster's status shows why; its hosts stay what they are, and its etcd is looked after.
            case ClusterPlanning.Refused refused -> {
                var seats = seats(fleet, fleet.assigned(cluster.name()).keySet(), now);
                yield areAll(fleet, seats) ? ofEtcd(fleet, cluster, seats, lately.apply(cluster.name())) : List.of();
            }
            case ClusterPlan plan -> {
                var seats = seats(fleet, plan.nodes().keySet(), now);
                var leaving = Departures.decide(fleet, cluster, plan.nodes(), mayLeave);
                if (!leaving.isEmpty()) {
                    yield leaving; // what it means for the others follows when it is told
                }
                var changes = changes(fleet, leader, cluster, plan, seats);
                // As long as a member may not know what it is to be, nobody can say how many there are. Hosts that wait
                // for their turn know; who was told and has not come to it yet, its seat says.
                yield changes.isEmpty() ? ofEtcd(fleet, cluster, seats, lately.apply(cluster.name())) : changes;
            }
        };
    }

    private static List<Assignment> ofEtcd(
            FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats, Lately lately) {
        var begun = Refoundings.decide(fleet, cluster, seats);
        if (!begun.isEmpty()) {
            return begun;
        }
        var held = held(fleet, cluster, seats);
        if (!held.isEmpty()) {
            return held;
        }
        var ahead = ahead(fleet, cluster, seats);
        return ahead.isEmpty() ? ofMembers(fleet, cluster, seats, lately) : ahead;
    }

    /**
     * Whether every member of which a host was told has its seat. Without a plan there may be more members than hosts that were told
     * so far, and of a part of them nobody can say what a majority is.
     */
    private static boolean areAll(FleetImage fleet, List<MemberSeat> seats) {
        var told = seats.stream()
                .flatMap(seat -> told(fleet, seat.host()).stream())
                .map(NodeSpec::etcd)
                .toList();
        var seated = told.stream().flatMap(etcd -> etcd.own().stream()).toList();
        return !seats.isEmpty() && told.stream().allMatch(etcd -> seated.containsAll(etcd.members()));
    }

    private static List<MemberSeat> seats(FleetImage fleet, Set<HostId> nodes, Instant now) {
        return fleet.hosts().values().stream()
                .filter(host -> nodes.contains(host.id()))
                .flatMap(host -> host.member(now).stream())
                .toList();
    }

    /** From then on a host that is installed anew is not taken for a founder. Nothing else is told with it. */
    private static List<Assignment> held(FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats) {
        var learnt = new ArrayList<Assignment>();
        EtcdPolicy.held(seats)
                .forEach((host, member) -> told(fleet, host)
                        .ifPresent(node ->
                                learnt.add(new Assignment(host, node.holding(member), cluster, Optional.empty()))));
        return learnt;
    }

    /** What a restored store has forgotten. */
    private static List<Assignment> ahead(FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats) {
        return EtcdPolicy.ahead(seats).stream()
                .flatMap(ahead -> told(fleet, ahead.host()).map(node -> node.withMember(ahead.incarnation())).stream()
                        .map(node -> ahead.held().map(node::holding).orElse(node))
                        .map(node -> new Assignment(ahead.host(), node, cluster, Optional.empty())))
                .toList();
    }

    /** All hosts at once, but for those whose member starts again by it: of these one, and while the others are sound. */
    private static List<Assignment> changes(
            FleetImage fleet, Epoch leader, RegisteredCluster cluster, ClusterPlan plan, List<MemberSeat> seats) {
        var disturbing = disturbing(fleet, leader, plan);
        var next = EtcdPolicy.disturb(seats, disturbing);
        var changes = new ArrayList<Assignment>();
        plan.nodes().forEach((host, node) -> {
            if ((!told(fleet, host).equals(Optional.of(node)) || isAhead(fleet, leader, host))
                    && (!disturbing.contains(host) || next.equals(Optional.of(host)))) {
                changes.add(new Assignment(host, node, cluster, Optional.empty()));
            }
        });
        return changes;
    }

    /** What is stored of it is of before, and is told again: what it runs by now may be something else. */
    private static boolean isAhead(FleetImage fleet, Epoch leader, HostId host) {
        return Optional.ofNullable(fleet.hosts().get(host))
                .filter(found -> found.isAhead(leader))
                .isPresent();
    }

    /** Hosts that have a member and are to be told what makes it start again, or may. */
    private static List<HostId> disturbing(FleetImage fleet, Epoch leader, ClusterPlan plan) {
        return plan.nodes().entrySet().stream()
                .filter(each -> told(fleet, each.getKey())
                        .filter(told -> disturbsMember(told, each.getValue())
                                || isAhead(fleet, leader, each.getKey()) && hasMember(told))
                        .isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean hasMember(NodeSpec told) {
        return told.etcd().own().isPresent();
    }

    private static boolean disturbsMember(NodeSpec told, NodeSpec node) {
        return hasMember(told)
                && !(told.bundle().equals(node.bundle())
                        && told.manifest().equals(node.manifest())
                        && told.etcd().own().equals(node.etcd().own())
                        && told.etcd().token().equals(node.etcd().token())
                        && told.etcd().members().equals(node.etcd().members()));
    }

    static Optional<NodeSpec> told(FleetImage fleet, HostId host) {
        return Optional.ofNullable(fleet.hosts().get(host)).flatMap(FleetHost::node);
    }

    private static List<Assignment> ofMembers(
            FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats, Lately lately) {
        var permits = permit(fleet, cluster, seats, lately);
        if (!permits.isEmpty()) {
            return permits;
        }
        var reunited = Refoundings.reunite(fleet, cluster, seats);
        return reunited.isEmpty() ? snapshot(fleet, cluster, seats) : reunited;
    }

    /** Somebody wants a snapshot out of turn; it waits while no member is sound. */
    private static List<Assignment> snapshot(FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats) {
        long asked = seats.stream()
                .flatMap(seat -> told(fleet, seat.host()).stream())
                .flatMap(node -> node.etcd().snapshots().stream())
                .mapToLong(SnapshotOrder::asked)
                .max()
                .orElse(0);
        if (cluster.snapshotsAsked() <= asked) {
            return List.of();
        }
        return EtcdPolicy.snapshotFrom(seats)
                .flatMap(host -> told(fleet, host).map(node -> {
                    var order = node.etcd().snapshots().map(told -> told.asked(cluster.snapshotsAsked()));
                    return new Assignment(host, node.snapshotting(order), cluster, Optional.empty());
                }))
                .stream()
                .toList();
    }

    private static List<Assignment> permit(
            FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats, Lately lately) {
        return EtcdPolicy.next(seats, cluster.upkeep(), lately).stream()
                .map(permit -> {
                    // On top of what it knows: a host that waits for its turn does not get it with a permit.
                    var node = told(fleet, permit.host())
                            .orElseThrow(() -> new IllegalStateException("a seat without a node"));
                    return new Assignment(
                            permit.host(), permitted(fleet, seats, node, permit), cluster, Optional.of(permit));
                })
                .toList();
    }

    private static NodeSpec permitted(FleetImage fleet, List<MemberSeat> seats, NodeSpec node, MemberPermit permit) {
        var etcd = node.etcd();
        return switch (permit) {
            case MemberPermit.Rebuild _
            when etcd.refounding().isPresent() ->
                node.with(etcd.entering(Optional.empty(), Refoundings.missing(fleet, seats, permit.host())));
            case MemberPermit.Rebuild _ -> node.withMember(etcd.incarnation() + 1);
            case MemberPermit.Refound _ ->
                throw new IllegalStateException("a cluster is begun anew by a person's word alone");
            case MemberPermit.Defragment _ ->
                node.withUpkeep(counted(seats, permit.host()).defragmented());
            case MemberPermit.Lead _, MemberPermit.Relieve _ ->
                node.withUpkeep(counted(seats, permit.host()).leading());
        };
    }

    private static EtcdUpkeep counted(List<MemberSeat> seats, HostId host) {
        return seats.stream()
                .filter(seat -> seat.host().equals(host))
                .map(MemberSeat::counted)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a permit without a seat"));
    }
}
