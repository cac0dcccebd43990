package io.keelson.cli.keeper;

import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.Lately;
import io.keelson.etcd.MemberPermit;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberSeat;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a control server's own etcd is to be: for its only member what a host's order is for a cluster's. It lies on the
 * server's host, since the server can store nothing while its etcd needs help.
 *
 * @param server name of the server and of the member
 * @param address of the server's host
 * @param bundle from which etcd runs
 * @param manifest digest of the bundle's manifest
 * @param revision rises with every change, and never goes back
 * @param etcd of one member
 */
public record ServerEtcdOrder(
        NodeName server, IpAddress address, BundleName bundle, Digest manifest, Revision revision, EtcdSpec etcd) {
    /** Of a server that begins. */
    public static ServerEtcdOrder founding(NodeName server, IpAddress address, BundleName bundle, Digest manifest) {
        var member = EtcdMember.standard(server, address);
        var etcd = EtcdSpec.founding(token(server), List.of(member), Optional.of(member));
        return new ServerEtcdOrder(server, address, bundle, manifest, Revision.NONE.next(), etcd);
    }

    static String token(NodeName server) {
        return "keelson-server-" + server;
    }

    /** The same with etcd of another release. */
    public ServerEtcdOrder running(BundleName other, Digest digest) {
        return bundle.equals(other) && manifest.equals(digest)
                ? this
                : new ServerEtcdOrder(server, address, other, digest, revision.next(), etcd);
    }

    /** The same with something else for the member. */
    ServerEtcdOrder with(EtcdSpec next) {
        return new ServerEtcdOrder(server, address, bundle, manifest, revision.next(), next);
    }

    /** The same of a member that was made so often at least: the notes on its host say so, and an order of before is lost. */
    public ServerEtcdOrder noted(int incarnation) {
        return incarnation <= etcd.incarnation()
                ? this
                : new ServerEtcdOrder(server, address, bundle, manifest, revision, etcd.incarnated(incarnation));
    }

    /** The same, begun anew with a snapshot for that time. */
    public ServerEtcdOrder restoring(Refounding.Origin.Snapshot from, int number) {
        return with(etcd.fencedFor(number).entering(Optional.of(from), List.of()));
    }

    /** Whether it was last begun anew with that one. */
    public boolean isOf(Refounding.Origin.Snapshot from) {
        return etcd.refounding()
                .flatMap(Refounding::origin)
                .filter(from::equals)
                .isPresent();
    }

    /** Whether it is about that server. */
    public boolean isOf(NodeName name, IpAddress at) {
        return server.equals(name) && address.equals(at);
    }

    /**
     * What is ordered next, by the policy by which a server permits upkeep to clusters' members; empty while nothing is, or
     * something is under way.
     *
     * @param report what was seen of the member last
     * @param obeyed whether all of this order is so
     * @param halted code of the problem that keeps it from being so
     * @param defragmented whether its member was defragmented so lately that it is not again ({@link Lately})
     */
    Optional<ServerEtcdOrder> next(
            Optional<MemberReport> report, boolean obeyed, Optional<String> halted, boolean defragmented) {
        var seats = List.of(seat(report, obeyed, halted));
        var seen = EtcdPolicy.held(seats).values().stream().findFirst().map(held -> with(etcd.holding(held)));
        var lately = new Lately(true, defragmented ? Set.of(new HostId(server.value())) : Set.of());
        return seen.or(() -> EtcdPolicy.next(seats, Map.of(), lately).flatMap(this::permitted));
    }

    private MemberSeat seat(Optional<MemberReport> report, boolean obeyed, Optional<String> halted) {
        return new MemberSeat(
                new HostId(server.value()),
                new MemberSeat.Ordered(
                        etcd.incarnation(), etcd.upkeep(), etcd.known(), obeyed, etcd.refoundings(), etcd.isFenced()),
                true,
                report,
                halted);
    }

    private Optional<ServerEtcdOrder> permitted(MemberPermit permit) {
        return switch (permit) {
            case MemberPermit.Defragment _ ->
                Optional.of(with(etcd.kept(etcd.upkeep().defragmented())));
            // There is no other member to learn from, to lead instead, or to begin anew with.
            case MemberPermit.Rebuild _, MemberPermit.Refound _, MemberPermit.Relieve _, MemberPermit.Lead _ ->
                Optional.empty();
        };
    }
}
