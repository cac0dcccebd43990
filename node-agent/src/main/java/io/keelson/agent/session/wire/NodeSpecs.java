package io.keelson.agent.session.wire;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.PodRoute;
import io.keelson.fleet.Refounding;
import io.keelson.fleet.Role;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.SnapshotOrder;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.fleet.Zone;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** What a host is to be, from the wire. */
public final class NodeSpecs {
    private NodeSpecs() {}

    /**
     * The spec that a message means.
     *
     * @throws ProblemException RESOURCE_INVALID if a field is absent or not what it has to be
     */
    public static NodeSpec read(io.keelson.proto.agent.v1.NodeSpec message) {
        try {
            return new NodeSpec(
                    new ClusterName(message.getCluster()),
                    new NodeName(message.getNode()),
                    role(message.getRole()),
                    new Zone(message.getZone()),
                    new IpAddress(message.getAddress()),
                    new BundleName(message.getBundle()),
                    new Digest(message.getManifestSha256()),
                    network(message.getNetwork()),
                    Cidr.parse(message.getPodCidr()),
                    message.getControlPlaneList().stream().map(IpAddress::new).toList(),
                    etcd(message.getEtcd()),
                    message.getRoutesList().stream().map(NodeSpecs::route).toList(),
                    message.getLabelsMap());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RESOURCE_INVALID,
                            "the server's order for this host cannot be read: " + e.getMessage(),
                            Remedy.advise(
                                    "Install the agent that came with the server; nothing was changed.",
                                    "keelson-agent version")),
                    e);
        }
    }

    private static Role role(io.keelson.proto.agent.v1.Role role) {
        return switch (role) {
            case ROLE_CONTROL_PLANE -> Role.CONTROL_PLANE;
            case ROLE_WORKER -> Role.WORKER;
            case ROLE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("unknown role " + role);
        };
    }

    private static ClusterNetwork network(io.keelson.proto.agent.v1.NodeSpec.Network network) {
        if (network.getDnsDomain().isEmpty()) {
            throw new IllegalArgumentException("no DNS domain");
        }
        return new ClusterNetwork(
                Cidr.parse(network.getPods()), Cidr.parse(network.getServices()), network.getDnsDomain());
    }

    private static EtcdSpec etcd(io.keelson.proto.agent.v1.NodeSpec.Etcd etcd) {
        if (etcd.getToken().isEmpty() || etcd.getMembersCount() == 0) {
            throw new IllegalArgumentException("no etcd token or members");
        }
        var members = etcd.getMembersList().stream().map(NodeSpecs::member).toList();
        Optional<EtcdMember> own = etcd.getOwn().isEmpty()
                ? Optional.empty()
                : Optional.of(members.stream()
                        .filter(member -> member.name().value().equals(etcd.getOwn()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(etcd.getOwn() + " is not among the members")));
        return new EtcdSpec(
                etcd.getToken(),
                members,
                own,
                etcd.getIncarnation() == 0 ? EtcdSpec.FOUNDING : etcd.getIncarnation(),
                new EtcdUpkeep(
                        etcd.getUpkeep().getDefragmentation(), etcd.getUpkeep().getLeadership()),
                etcd.hasKnown() ? Optional.of(held(etcd.getKnown())) : Optional.empty(),
                etcd.hasSnapshots() ? Optional.of(snapshots(etcd.getSnapshots())) : Optional.empty(),
                etcd.hasRefounding() ? Optional.of(refounding(etcd.getRefounding())) : Optional.empty());
    }

    private static Refounding refounding(io.keelson.proto.agent.v1.NodeSpec.Refounding begun) {
        return new Refounding(
                begun.getNumber(),
                begun.getSince(),
                switch (begun.getOriginCase()) {
                    case DISK -> Optional.of(new Refounding.Origin.Disk());
                    case SNAPSHOT ->
                        Optional.of(new Refounding.Origin.Snapshot(
                                new SnapshotId(begun.getSnapshot().getId()).value(),
                                new Digest(begun.getSnapshot().getContent())));
                    case ORIGIN_NOT_SET -> Optional.empty();
                },
                begun.getApartList().stream().map(NodeName::new).toList(),
                begun.getUnaskedList().stream().map(NodeName::new).toList());
    }

    private static HeldMember held(io.keelson.proto.agent.v1.NodeSpec.EtcdHeldMember held) {
        return new HeldMember(held.getClusterId(), held.getMemberId(), held.getIncarnation());
    }

    private static SnapshotOrder snapshots(io.keelson.proto.agent.v1.NodeSpec.Snapshots snapshots) {
        var policy = new SnapshotPolicy(
                Duration.ofSeconds(snapshots.getEverySeconds()),
                snapshots.getKeep(),
                SnapshotPolicy.STANDARD.prove()); // the server's business
        var key = Base64.getEncoder().encodeToString(snapshots.getKey().toByteArray());
        return new SnapshotOrder(new SnapshotKey(key), policy, snapshots.getAsked());
    }

    private static EtcdMember member(io.keelson.proto.agent.v1.NodeSpec.EtcdMember member) {
        return new EtcdMember(
                new NodeName(member.getName()),
                new IpAddress(member.getAddress()),
                member.getClientPort(),
                member.getPeerPort());
    }

    private static PodRoute route(io.keelson.proto.agent.v1.NodeSpec.PodRoute route) {
        return new PodRoute(new NodeName(route.getNode()), Cidr.parse(route.getPods()), new IpAddress(route.getVia()));
    }
}
