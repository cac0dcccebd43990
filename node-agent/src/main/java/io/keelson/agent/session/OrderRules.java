package io.keelson.agent.session;

import io.keelson.agent.session.identity.Identity;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.trust.order.OrderVerifier;
import java.time.Duration;
import java.time.Instant;

/** Whether what came is an order, for this host, and for now. What was obeyed before is asked by {@link AcceptedOrders}. */
final class OrderRules {
    /** No director gives an order a longer life; one that did could be recorded today and played for ever. */
    static final Duration LONGEST_LIFE = Duration.ofDays(1);

    private OrderRules() {}

    /**
     * The order, if a director has signed it for this host and it may be accepted at that time.
     *
     * @param now by this host's own clock: a server that could move it could play old orders
     * @throws ProblemException ORDER_UNTRUSTED, RESOURCE_INVALID, ORDER_MISADDRESSED or ORDER_EXPIRED, in this order
     */
    static ReceivedOrder admit(SignedOrder signed, Identity self, Instant now) {
        var payload = signed.getPayload().toByteArray();
        OrderVerifier.verify(
                payload,
                signed.getSignature().toByteArray(),
                signed.getCertificate().toByteArray(),
                self.ca(),
                now);
        var order = ReceivedOrder.read(payload);
        requireFor(self.host(), order);
        requireTimely(order, now);
        return order;
    }

    private static void requireFor(HostId self, ReceivedOrder order) {
        if (!order.host().equals(self)) {
            throw misaddressed("the order is for host " + order.host() + ", this one is " + self);
        }
    }

    /** A host changes its cluster by being enrolled anew, never by an order. */
    static void requireCluster(NodeSpec current, NodeSpec ordered) {
        if (!ordered.cluster().equals(current.cluster())) {
            throw foreign(current.cluster(), ordered.cluster());
        }
    }

    /** Whoever orders that knows nothing of the node: nobody has emptied it. */
    static ProblemException patchesNode(NodeSpec node, OsSpec os) {
        return Problem.error(
                        ProblemCode.HOST_TAKEN,
                        "the order for OS level " + os.level() + " takes this host for nobody's, and it is node "
                                + node.node() + " of cluster " + node.cluster(),
                        Remedy.advise("Take the host out of its cluster first.", "keelson get hosts"))
                .asException();
    }

    private static ProblemException foreign(ClusterName own, ClusterName ordered) {
        return misaddressed("the order is for a node of cluster " + ordered + ", this host is one of " + own);
    }

    private static ProblemException misaddressed(String what) {
        return Problem.error(
                        ProblemCode.ORDER_MISADDRESSED,
                        what,
                        Remedy.advise("Find out who sent it; what the host runs stays as it is.", "keelson get hosts"))
                .asException();
    }

    /** Clocks may differ by as much as a join allows, at both ends of the order's life. */
    private static void requireTimely(ReceivedOrder order, Instant now) {
        var life = Duration.between(order.issued(), order.expires());
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST_LIFE) > 0) {
            throw expired("the order may be accepted from " + order.issued() + " until " + order.expires()
                    + "; no order lives that long");
        }
        if (now.isBefore(order.issued().minus(ServerClock.TOLERANCE))
                || !now.isBefore(order.expires().plus(ServerClock.TOLERANCE))) {
            throw expired("the order may be accepted from " + order.issued() + " until " + order.expires()
                    + "; this host's clock shows " + now);
        }
    }

    private static ProblemException expired(String what) {
        return Problem.error(
                        ProblemCode.ORDER_EXPIRED,
                        what,
                        Remedy.advise(
                                "Let the clocks of this host and of the servers be set by NTP; if they are right, somebody"
                                        + " plays an old order again.",
                                "timedatectl status"))
                .asException();
    }
}
