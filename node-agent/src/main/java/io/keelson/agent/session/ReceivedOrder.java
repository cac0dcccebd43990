package io.keelson.agent.session;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.agent.session.Assignment.Goal;
import io.keelson.agent.session.wire.NodeSpecs;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.Order;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * What an order says, once it is known who says it.
 *
 * @param host the only one that may obey it
 * @param node the spec as the message that was received; no bytes if there is no spec
 * @param goal what the host is to be; nothing is said of it to a host that was never told
 * @param os the level that its operating system is to have; empty if nobody asks for one
 */
@SuppressWarnings("ArrayRecordComponent") // carried to the disk, never compared
record ReceivedOrder(
        HostId host,
        Epoch epoch,
        Revision revision,
        Instant issued,
        Instant expires,
        byte[] node,
        Goal goal,
        Optional<OsSpec> os) {
    /**
     * Reads an order's signed bytes.
     *
     * @throws ProblemException RESOURCE_INVALID if anything of it is absent, unknown or not what it has to be
     */
    static ReceivedOrder read(byte[] payload) {
        try {
            var order = Order.parseFrom(payload);
            var goal = switch (order.getStateCase()) {
                case NODE -> new Goal.Node(NodeSpecs.read(order.getNode()));
                case BARE -> new Goal.Bare();
                case UNASSIGNED -> new Goal.Untold();
                case STATE_NOT_SET -> throw new IllegalArgumentException("it says nothing about the host");
            };
            return new ReceivedOrder(
                    new HostId(order.getHost()),
                    new Epoch(order.getEpoch()),
                    new Revision(order.getRevision()),
                    Instant.ofEpochMilli(order.getIssuedMillis()),
                    Instant.ofEpochMilli(order.getExpiresMillis()),
                    order.hasNode() ? order.getNode().toByteArray() : new byte[0],
                    goal,
                    order.hasOs() ? Optional.of(os(order, goal)) : Optional.empty());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RESOURCE_INVALID,
                            "the order for this host cannot be read: " + e.getMessage(),
                            Remedy.advise(
                                    "Install the agent that came with the server; nothing was changed.",
                                    "keelson-agent version")),
                    e);
        }
    }

    private static OsSpec os(Order order, Goal goal) {
        if (goal instanceof Goal.Node(var spec) && spec.etcd().own().isPresent()) {
            throw new IllegalArgumentException("it is for an etcd member and has an OS level, which may need a reboot");
        }
        if (order.getRevision() == Revision.NONE.value()) {
            throw new IllegalArgumentException("it has an OS level and no revision");
        }
        return new OsSpec(
                new BundleName(order.getOs().getLevel()),
                new Digest(order.getOs().getManifestSha256()),
                order.getOs().getReboots());
    }
}
