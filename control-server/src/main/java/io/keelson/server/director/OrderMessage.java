package io.keelson.server.director;

import com.google.protobuf.ByteString;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.PodRoute;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.proto.agent.v1.Bare;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.Role;
import io.keelson.proto.agent.v1.Unassigned;
import io.keelson.server.desired.DesiredState;
import java.time.Instant;
import java.util.Base64;

/** The wire form of what a host is to be, before it is signed. */
final class OrderMessage {
    private OrderMessage() {}

    static Order of(DesiredState state, Instant issued, Instant expires) {
        var message = Order.newBuilder()
                .setHost(state.host().value())
                .setEpoch(state.epoch().value())
                .setRevision(state.revision().value())
                .setIssuedMillis(issued.toEpochMilli())
                .setExpiresMillis(expires.toEpochMilli());
        state.node()
                .ifPresentOrElse(
                        node -> message.setNode(node(node)),
                        // A host of which nobody ever said whether it is to be a node is not told to throw away what it
                        // is.
                        () -> {
                            if (state.isUntold()) {
                                message.setUnassigned(Unassigned.getDefaultInstance());
                            } else {
                                message.setBare(Bare.getDefaultInstance());
                            }
                        });
        state.os().map(OrderMessage::os).ifPresent(message::setOs);
        return message.build();
    }

    private static io.keelson.proto.agent.v1.OsSpec os(OsSpec spec) {
        return io.keelson.proto.agent.v1.OsSpec.newBuilder()
                .setLevel(spec.level().value())
                .setManifestSha256(spec.manifest().hex())
                .setReboots(spec.reboots())
                .build();
    }

    private static io.keelson.proto.agent.v1.NodeSpec node(NodeSpec spec) {
        return io.keelson.proto.agent.v1.NodeSpec.newBuilder()
                .setCluster(spec.cluster().value())
                .setNode(spec.node().value())
                .setRole(
                        switch (spec.role()) {
                            case CONTROL_PLANE -> Role.ROLE_CONTROL_PLANE;
                            case WORKER -> Role.ROLE_WORKER;
                        })
                .setZone(spec.zone().value())
                .setAddress(spec.address().value())
                .setBundle(spec.bundle().value())
                .setManifestSha256(spec.manifest().hex())
                .setNetwork(io.keelson.proto.agent.v1.NodeSpec.Network.newBuilder()
                        .setPods(spec.network().pods().toString())
                        .setServices(spec.network().services().toString())
                        .setDnsDomain(spec.network().dnsDomain()))
                .setPodCidr(spec.podCidr().toString())
                .addAllControlPlane(
                        spec.controlPlane().stream().map(IpAddress::value).toList())
                .setEtcd(etcd(spec.etcd()))
                .addAllRoutes(spec.routes().stream().map(OrderMessage::route).toList())
                .putAllLabels(spec.labels())
                .build();
    }

    private static io.keelson.proto.agent.v1.NodeSpec.Etcd etcd(EtcdSpec etcd) {
        var message = io.keelson.proto.agent.v1.NodeSpec.Etcd.newBuilder()
                .setToken(etcd.token())
                .setIncarnation(etcd.incarnation())
                .setUpkeep(io.keelson.proto.agent.v1.EtcdUpkeep.newBuilder()
                        .setDefragmentation(etcd.upkeep().defragmentation())
                        .setLeadership(etcd.upkeep().leadership()))
                .setOwn(etcd.own().map(own -> own.name().value()).orElse(""));
        etcd.known()
                .ifPresent(held -> message.setKnown(io.keelson.proto.agent.v1.NodeSpec.EtcdHeldMember.newBuilder()
                        .setClusterId(held.cluster())
                        .setMemberId(held.member())
                        .setIncarnation(held.incarnation())));
        for (var member : etcd.members()) {
            message.addMembers(io.keelson.proto.agent.v1.NodeSpec.EtcdMember.newBuilder()
                    .setName(member.name().value())
                    .setAddress(member.address().value())
                    .setClientPort(member.clientPort())
                    .setPeerPort(member.peerPort()));
        }
        etcd.snapshots().map(OrderMessage::snapshots).ifPresent(message::setSnapshots);
        etcd.refounding().map(OrderMessage::refounding).ifPresent(message::setRefounding);
        return message.build();
    }

    private static io.keelson.proto.agent.v1.NodeSpec.Refounding refounding(Refounding begun) {
        var message = io.keelson.proto.agent.v1.NodeSpec.Refounding.newBuilder()
                .setNumber(begun.number())
                .setSince(begun.since())
                .addAllApart(begun.apart().stream().map(NodeName::value).toList())
                .addAllUnasked(begun.unasked().stream().map(NodeName::value).toList());
        begun.origin().ifPresent(origin -> {
            switch (origin) {
                case Refounding.Origin.Disk _ ->
                    message.setDisk(io.keelson.proto.agent.v1.NodeSpec.OwnDisk.getDefaultInstance());
                case Refounding.Origin.Snapshot(var id, var content) ->
                    message.setSnapshot(io.keelson.proto.agent.v1.NodeSpec.SnapshotOrigin.newBuilder()
                            .setId(id)
                            .setContent(content.hex()));
            }
        });
        return message.build();
    }

    private static io.keelson.proto.agent.v1.NodeSpec.Snapshots snapshots(SnapshotOrder order) {
        return io.keelson.proto.agent.v1.NodeSpec.Snapshots.newBuilder()
                .setKey(ByteString.copyFrom(
                        Base64.getDecoder().decode(order.key().text())))
                .setEverySeconds(order.policy().every().toSeconds())
                .setKeep(order.policy().keep())
                .setAsked(order.asked())
                .build();
    }

    private static io.keelson.proto.agent.v1.NodeSpec.PodRoute route(PodRoute route) {
        return io.keelson.proto.agent.v1.NodeSpec.PodRoute.newBuilder()
                .setNode(route.node().value())
                .setPods(route.pods().toString())
                .setVia(route.via().value())
                .build();
    }
}
