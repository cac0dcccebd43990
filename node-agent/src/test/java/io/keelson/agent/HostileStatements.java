package io.keelson.agent;

import static io.keelson.problem.ProblemCode.HOST_REVISION_STALE;
import static io.keelson.problem.ProblemCode.ORDER_EXPIRED;
import static io.keelson.problem.ProblemCode.ORDER_MISADDRESSED;
import static io.keelson.problem.ProblemCode.RESOURCE_INVALID;

import io.keelson.agent.HostileOrders.HostileOrder;
import io.keelson.agent.session.TestDirector;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.NodeSpec;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Orders that a director has signed and a host must not obey all the same. */
final class HostileStatements {
    private static final TestDirector DIRECTOR = TestDirector.TRUSTED;

    private final List<HostileOrder> made = new ArrayList<>();

    private HostileStatements() {}

    static List<HostileOrder> all() {
        var statements = new HostileStatements();
        statements.times();
        statements.sequence();
        statements.fields();
        return statements.made;
    }

    private void stated(String name, ProblemCode code, UnaryOperator<Order.Builder> change) {
        made.add(new HostileOrder(
                name,
                code,
                order -> DIRECTOR.sign(change.apply(order.toBuilder()).build())));
    }

    private void times() {
        for (var minutes : List.of(16, 60, 600, 525_600)) {
            stated(
                    "an order of " + minutes + " minutes ago",
                    ORDER_EXPIRED,
                    order -> order.setIssuedMillis(order.getIssuedMillis() - minutes * 60_000L)
                            .setExpiresMillis(order.getExpiresMillis() - minutes * 60_000L));
        }
        stated(
                "an order of tomorrow",
                ORDER_EXPIRED,
                order -> order.setIssuedMillis(order.getIssuedMillis() + 86_400_000L)
                        .setExpiresMillis(order.getExpiresMillis() + 86_400_000L));
        stated(
                "an order for a year",
                ORDER_EXPIRED,
                order -> order.setExpiresMillis(order.getIssuedMillis() + 365 * 86_400_000L));
        stated(
                "an order that ends before it begins",
                ORDER_EXPIRED,
                order -> order.setExpiresMillis(order.getIssuedMillis() - 1));
        stated(
                "an order for all times",
                ORDER_EXPIRED,
                order -> order.setIssuedMillis(Long.MIN_VALUE).setExpiresMillis(Long.MAX_VALUE));
        stated(
                "an order without dates",
                ORDER_EXPIRED,
                order -> order.clearIssuedMillis().clearExpiresMillis());
    }

    private void sequence() {
        stated(
                "an order of a lower revision",
                HOST_REVISION_STALE,
                order -> order.setRevision(order.getRevision() - 2));
        stated("an order of revision 0", HOST_REVISION_STALE, Order.Builder::clearRevision);
        stated("an order of a lower epoch", HOST_REVISION_STALE, order -> order.setEpoch(order.getEpoch() - 1));
        stated("an order of epoch 0", HOST_REVISION_STALE, Order.Builder::clearEpoch);
        stated(
                "the same revision with another content",
                HOST_REVISION_STALE,
                order -> order.setRevision(order.getRevision() - 1));
    }

    private void fields() {
        for (var host : List.of("host-2", "host-10", "host-1x")) {
            stated("an order for " + host, ORDER_MISADDRESSED, order -> order.setHost(host));
        }
        stated("an order for a node of another cluster", ORDER_MISADDRESSED, node(node -> node.setCluster("test")));
        for (var host : List.of("", "HOST-1", "host-1/../host-2", "host 1")) {
            stated("an order for '" + host + "', which is no host", RESOURCE_INVALID, order -> order.setHost(host));
        }
        stated("an order of a negative epoch", RESOURCE_INVALID, order -> order.setEpoch(-1));
        stated("an order of a negative revision", RESOURCE_INVALID, order -> order.setRevision(-1));
        stated("an order that says nothing", RESOURCE_INVALID, Order.Builder::clearState);
        stated("an order for a role that is none", RESOURCE_INVALID, node(node -> node.setRole(Role.ROLE_UNSPECIFIED)));
        stated("an order for a role of the future", RESOURCE_INVALID, node(node -> node.setRoleValue(99)));
        stated("an order without a manifest", RESOURCE_INVALID, node(NodeSpec.Builder::clearManifestSha256));
        stated("an order for a bundle elsewhere", RESOURCE_INVALID, node(node -> node.setBundle("../evil")));
        stated("an order without a network", RESOURCE_INVALID, node(NodeSpec.Builder::clearNetwork));
        for (var text : List.of("\u0001", "no order", "{\"host\":\"host-1\"}")) {
            made.add(new HostileOrder("signed bytes that are no order: " + text.length(), RESOURCE_INVALID, order -> {
                var payload = text.getBytes(StandardCharsets.UTF_8);
                return DIRECTOR.envelope(payload, DIRECTOR.signer().sign(payload));
            }));
        }
    }

    private static UnaryOperator<Order.Builder> node(UnaryOperator<NodeSpec.Builder> change) {
        return order -> {
            var node = order.getNode().toBuilder();
            return order.setNode(change.apply(node));
        };
    }
}
