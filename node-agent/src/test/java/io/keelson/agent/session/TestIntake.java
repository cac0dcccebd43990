package io.keelson.agent.session;

import io.keelson.agent.plan.RunListener;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.proto.agent.v1.SignedOrder;
import java.time.InstantSource;

/** Lets tests of other packages give an agent its orders. */
public final class TestIntake {
    private final OrderIntake intake;

    public TestIntake(ServerLink link, AcceptedOrders orders, RunListener reports, Runnable onNews) {
        intake = new OrderIntake(link, orders, reports, InstantSource.system(), onNews);
    }

    /** An order comes, in a session of its own. */
    public void take(SignedOrder order) {
        intake.begin();
        intake.take(order);
    }
}
