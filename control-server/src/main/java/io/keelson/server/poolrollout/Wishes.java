package io.keelson.server.poolrollout;

import io.keelson.pool.Stage;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.pool.HostWish;

/** What becomes of a host that has failed, by a person's word. Pure. */
final class Wishes {
    private Wishes() {}

    /**
     * The stage from which the pool goes on with it. A node that has yet to come to its order or its level is emptied first, since
     * its agent may reboot it for that at any moment; one that leaves is seen to its end, its Node object included.
     */
    static Stage next(HostWish wish, FleetHost host, PooledFleet view) {
        if (wish == HostWish.RESET || host.node().isEmpty()) {
            return Stage.LEAVING;
        }
        var level = view.pool().pool().spec().level();
        boolean arrived = host.converged() && (level.isEmpty() || level.equals(HostSight.level(host)));
        return arrived ? Stage.VERIFYING : Stage.DRAINING;
    }

    static String why(HostWish wish) {
        return switch (wish) {
            case RETRY -> "a person wants it to be tried again";
            case RESET -> "a person wants it to leave as it is";
        };
    }
}
