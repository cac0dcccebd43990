package io.keelson.server.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.etcd.EtcdId;
import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.PodRoute;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.fleet.Zone;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The stored form of {@link DesiredState}, version 1. Lists of at most one stand for what may be absent. */
record StoredDesired(
        long epoch, long revision, long base, long nodeSince, List<Node> node, List<Node> left, List<Os> os) {
    static StoredDesired of(DesiredState state) {
        return new StoredDesired(
                state.epoch().value(),
                state.revision().value(),
                state.base().value(),
                state.nodeSince().value(),
                state.node().map(Node::of).stream().toList(),
                state.left().map(Node::of).stream().toList(),
                state.os().map(Os::of).stream().toList());
    }

    static StoredDesired read(Entry entry) {
        return Json.read(entry, StoredDesired.class, StoredDesired::complete);
    }

    /**
     * What was not known before it was written: all had founded their cluster, no upkeep was done, nobody had looked, nobody had
     * left, no operating system was to have a level.
     */
    private static void complete(ObjectNode body) {
        absent(body, "base", body.path("revision"));
        absent(body, "nodeSince", body.path("base"));
        absent(body, "left", body.arrayNode());
        absent(body, "os", body.arrayNode());
        body.path("node").forEach(StoredDesired::completeNode);
        body.path("left").forEach(StoredDesired::completeNode);
    }

    private static void completeNode(JsonNode node) {
        if (node instanceof ObjectNode written) {
            absent(written, "etcdIncarnation", IntNode.valueOf(EtcdSpec.FOUNDING));
            absent(written, "etcdDefragmentation", IntNode.valueOf(0));
            absent(written, "etcdLeadership", IntNode.valueOf(0));
            absent(written, "etcdKnown", written.arrayNode());
            absent(written, "etcdSnapshots", written.arrayNode());
            absent(written, "etcdRefounding", written.arrayNode());
        }
    }

    private static void absent(ObjectNode body, String field, JsonNode meaning) {
        if (!body.has(field)) {
            body.set(field, meaning);
        }
    }

    DesiredState toDomain(HostId host) {
        return new DesiredState(
                host,
                new Epoch(epoch),
                new Revision(revision),
                new Revision(base),
                new Revision(nodeSince),
                node.stream().findFirst().map(Node::toDomain),
                left.stream().findFirst().map(Node::toDomain),
                os.stream().findFirst().map(Os::toDomain));
    }

    record Node(
            String cluster,
            String node,
            String role,
            String zone,
            String address,
            String bundle,
            String manifest,
            String pods,
            String services,
            String dnsDomain,
            String podCidr,
            List<String> controlPlane,
            String etcdToken,
            List<Member> etcdMembers,
            String etcdOwn,
            int etcdIncarnation,
            int etcdDefragmentation,
            int etcdLeadership,
            List<Held> etcdKnown,
            List<Snapshots> etcdSnapshots,
            List<StoredRefounding> etcdRefounding,
            List<Route> routes,
            Map<String, String> labels) {
        static Node of(NodeSpec spec) {
            return new Node(
                    spec.cluster().value(),
                    spec.node().value(),
                    spec.role().name(),
                    spec.zone().value(),
                    spec.address().value(),
                    spec.bundle().value(),
                    spec.manifest().hex(),
                    spec.network().pods().toString(),
                    spec.network().services().toString(),
                    spec.network().dnsDomain(),
                    spec.podCidr().toString(),
                    spec.controlPlane().stream().map(IpAddress::value).toList(),
                    spec.etcd().token(),
                    spec.etcd().members().stream().map(Member::of).toList(),
                    spec.etcd().own().map(own -> own.name().value()).orElse(""),
                    spec.etcd().incarnation(),
                    spec.etcd().upkeep().defragmentation(),
                    spec.etcd().upkeep().leadership(),
                    spec.etcd().known().map(Held::of).stream().toList(),
                    spec.etcd().snapshots().map(Snapshots::of).stream().toList(),
                    spec.etcd().refounding().map(StoredRefounding::of).stream().toList(),
                    spec.routes().stream().map(Route::of).toList(),
                    new TreeMap<>(spec.labels()));
        }

        NodeSpec toDomain() {
            return new NodeSpec(
                    new ClusterName(cluster),
                    new NodeName(node),
                    Role.valueOf(role),
                    new Zone(zone),
                    new IpAddress(address),
                    new BundleName(bundle),
                    new Digest(manifest),
                    new ClusterNetwork(Cidr.parse(pods), Cidr.parse(services), dnsDomain),
                    Cidr.parse(podCidr),
                    controlPlane.stream().map(IpAddress::new).toList(),
                    etcd(),
                    routes.stream().map(Route::toDomain).toList(),
                    labels);
        }

        private EtcdSpec etcd() {
            var members = etcdMembers.stream().map(Member::toDomain).toList();
            var own = etcdOwn.isEmpty() ? Optional.<EtcdMember>empty() : Optional.of(member(members));
            var upkeep = new EtcdUpkeep(etcdDefragmentation, etcdLeadership);
            var known = etcdKnown.stream().findFirst().map(Held::toDomain);
            var snapshots = etcdSnapshots.stream().findFirst().map(Snapshots::toDomain);
            var refounding = etcdRefounding.stream().findFirst().map(StoredRefounding::toDomain);
            return new EtcdSpec(etcdToken, members, own, etcdIncarnation, upkeep, known, snapshots, refounding);
        }

        private EtcdMember member(List<EtcdMember> members) {
            return members.stream()
                    .filter(m -> m.name().value().equals(etcdOwn))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no etcd member " + etcdOwn));
        }
    }

    record Os(String level, String manifest, int reboots) {
        static Os of(OsSpec spec) {
            return new Os(spec.level().value(), spec.manifest().hex(), spec.reboots());
        }

        OsSpec toDomain() {
            return new OsSpec(new BundleName(level), new Digest(manifest), reboots);
        }
    }

    record Member(String name, String address, int clientPort, int peerPort) {
        static Member of(EtcdMember member) {
            return new Member(member.name().value(), member.address().value(), member.clientPort(), member.peerPort());
        }

        EtcdMember toDomain() {
            return new EtcdMember(new NodeName(name), new IpAddress(address), clientPort, peerPort);
        }
    }

    /** Ids as etcd writes them. */
    record Held(String cluster, String member, int incarnation) {
        static Held of(HeldMember held) {
            return new Held(
                    new EtcdId(held.cluster()).toString(), new EtcdId(held.member()).toString(), held.incarnation());
        }

        HeldMember toDomain() {
            return new HeldMember(
                    EtcdId.parse(cluster).bits(), EtcdId.parse(member).bits(), incarnation);
        }
    }

    record Snapshots(String key, long everySeconds, int keep, long proveSeconds, long asked) {
        static Snapshots of(SnapshotOrder order) {
            var policy = order.policy();
            return new Snapshots(
                    order.key().text(),
                    policy.every().toSeconds(),
                    policy.keep(),
                    policy.prove().toSeconds(),
                    order.asked());
        }

        SnapshotOrder toDomain() {
            var policy = new SnapshotPolicy(Duration.ofSeconds(everySeconds), keep, Duration.ofSeconds(proveSeconds));
            return new SnapshotOrder(new SnapshotKey(key), policy, asked);
        }
    }

    record Route(String node, String pods, String via) {
        static Route of(PodRoute route) {
            return new Route(
                    route.node().value(), route.pods().toString(), route.via().value());
        }

        PodRoute toDomain() {
            return new PodRoute(new NodeName(node), Cidr.parse(pods), new IpAddress(via));
        }
    }
}
