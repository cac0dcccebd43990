package io.keelson.server.rollout;

import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.MemberPermit;
import io.keelson.etcd.MemberSeat;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.fleet.RequestedRefounding;
import io.keelson.server.rollout.Assignments.Assignment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What hosts are told while a cluster's etcd is begun anew: first all members are fenced, then the founder begins, then the
 * others become new members ({@link EtcdPolicy#rebuild}), then every API server may ask all of them again. Pure.
 */
final class Refoundings {
    private Refoundings() {}

    /** Until the founder was told; empty from then on, and where nobody wants anything to be begun anew. */
    static List<Assignment> decide(FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats) {
        return cluster.refounding()
                .map(wanted -> {
                    var fences = fences(fleet, cluster, seats, wanted);
                    return fences.isEmpty() ? founder(fleet, cluster, seats, wanted) : fences;
                })
                .orElse(List.of());
    }

    private static List<Assignment> fences(
            FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats, RequestedRefounding wanted) {
        return seats.stream()
                .filter(seat -> seat.ordered().refoundings() < wanted.number())
                .flatMap(seat -> Assignments.told(fleet, seat.host())
                        .map(node -> new Assignment(
                                seat.host(),
                                node.with(node.etcd().fencedFor(wanted.number())),
                                cluster,
                                Optional.empty()))
                        .stream())
                .toList();
    }

    private static List<Assignment> founder(
            FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats, RequestedRefounding wanted) {
        if (!EtcdPolicy.mayRefound(seats, wanted.founder(), wanted.number())
                || seats.stream()
                        .anyMatch(seat -> seat.connected() && wanted.away().contains(seat.host()))) {
            return List.of();
        }
        return Assignments.told(fleet, wanted.founder())
                .map(node -> new Assignment(
                        wanted.founder(),
                        node.with(node.etcd()
                                .entering(Optional.of(wanted.origin()), missing(fleet, seats, wanted.founder()))),
                        cluster,
                        Optional.of(new MemberPermit.Refound(wanted.founder()))))
                .stream()
                .toList();
    }

    /** Members that are of before, but for the host's own. */
    static List<NodeName> missing(FleetImage fleet, List<MemberSeat> seats, HostId but) {
        return names(
                        fleet,
                        seats.stream()
                                .filter(MemberSeat::fenced)
                                .filter(seat -> !seat.host().equals(but)))
                .sorted()
                .toList();
    }

    /** One host at a time, since its API server starts anew for it: its members that carry may be asked from now on. */
    static List<Assignment> reunite(FleetImage fleet, RegisteredCluster cluster, List<MemberSeat> seats) {
        if (!EtcdPolicy.areAtRest(seats)) {
            return List.of();
        }
        var carrying = names(fleet, seats.stream().filter(MemberSeat::carries)).collect(Collectors.toSet());
        return seats.stream()
                .map(MemberSeat::host)
                .sorted()
                .flatMap(host -> Assignments.told(fleet, host)
                        .filter(node -> node.etcd().unasked().stream().anyMatch(carrying::contains))
                        .map(node -> new Assignment(
                                host,
                                node.with(node.etcd().asking(without(node.etcd(), carrying))),
                                cluster,
                                Optional.empty()))
                        .stream())
                .limit(1)
                .toList();
    }

    private static List<NodeName> without(EtcdSpec etcd, Set<NodeName> carrying) {
        return etcd.unasked().stream().filter(name -> !carrying.contains(name)).toList();
    }

    private static Stream<NodeName> names(FleetImage fleet, Stream<MemberSeat> seats) {
        return seats.flatMap(seat -> Assignments.told(fleet, seat.host()).stream())
                .flatMap(node -> node.etcd().own().stream())
                .map(EtcdMember::name);
    }
}
