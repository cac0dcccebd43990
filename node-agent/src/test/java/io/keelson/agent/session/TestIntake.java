package io.keelson.agent.session;

import io.keelson.agent.plan.RunListener;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.identity.Identity;
import io.keelson.proto.agent.v1.SignedOrder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Lets tests of other packages give an agent its orders. */
public final class TestIntake {
    private final OrderIntake intake;

    public TestIntake(ServerLink link, AcceptedOrders orders, RunListener reports, Runnable onNews) {
        intake = new OrderIntake(link, orders, reports, InstantSource.system(), Optional::empty, onNews);
    }

    /** The same without a link. @return whether there is something new to do */
    public static boolean accept(AcceptedOrders orders, SignedOrder order, Identity self) {
        return orders.accept(order, self, Instant.now());
    }

    /** An order comes, in a session of its own. */
    public void take(SignedOrder order) {
        intake.begin();
        intake.take(order);
    }
}
