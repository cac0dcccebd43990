package io.keelson.server.poolrollout;

import io.keelson.pool.Stage;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.pool.HostWish;

/** What becomes of a host that has failed, by a person's word. Pure. */
final class Wishes {
    private Wishes() {}

    /** The stage from which the pool goes on with it. */
    static Stage next(HostWish wish, FleetHost host) {
        if (host.holds().isEmpty()) {
            return Stage.SPARE;
        }
        return switch (wish) {
            case RESET -> Stage.LEAVING;
            case RETRY -> host.node().isPresent() ? Stage.VERIFYING : Stage.LEAVING;
        };
    }

    static String why(HostWish wish) {
        return switch (wish) {
            case RETRY -> "a person wants it to be tried again";
            case RESET -> "a person wants it to leave as it is";
        };
    }
}
