package io.keelson.server.poolrollout;

import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.pool.Stage;
import io.keelson.server.departures.Departure;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.pool.PoolRecord;
import java.util.Optional;

/** Which hosts come to a pool, as what, and which it lets go of. Pure. */
final class Belonging {
    private final PooledFleet view;

    Belonging(PooledFleet view) {
        this.view = view;
    }

    /** What becomes of a host that the pool names and no pool has. */
    sealed interface Answer {
        /** The pool takes it. */
        record Take(Stage stage, String why) implements Answer {}

        /** It cannot have it now. */
        record Not(String why) implements Answer {}
    }

    /** @param host that the pool names, and does not have */
    Answer taking(HostId host) {
        var known = Optional.ofNullable(fleet().hosts().get(host))
                .filter(found -> !found.host().revoked());
        if (known.isEmpty()) {
            return new Answer.Not("it is not enrolled any more");
        }
        var other = fleet().pools().of(host);
        if (other.isPresent()) {
            return new Answer.Not("node pool " + other.get().pool() + " has it");
        }
        var cluster = view.cluster().name();
        var owner = fleet().clusterOf(host).filter(name -> !name.equals(cluster));
        if (owner.isPresent()) {
            return new Answer.Not("it is in cluster " + owner.get());
        }
        if (isOfControlPlane(known.get())) {
            return new Answer.Not("it is in the control plane of cluster " + cluster);
        }
        return new Answer.Take(stage(known.get()), why(known.get()));
    }

    private Stage stage(FleetHost host) {
        if (host.node().isPresent()) {
            return hasCome(host) ? Stage.SERVING : Stage.VERIFYING;
        }
        if (host.leaving().isPresent()) {
            return Stage.LEAVING;
        }
        return view.cluster().names(host.id()) ? Stage.VERIFYING : Stage.SPARE;
    }

    /** It may be behind by an order that changes it, such as that of its new label; one that has just begun never came to any. */
    private static boolean hasCome(FleetHost host) {
        return host.observed()
                .filter(seen -> seen.converged().compareTo(Revision.NONE) > 0)
                .isPresent();
    }

    private String why(FleetHost host) {
        return switch (stage(host)) {
            case SERVING -> "it was a node of the cluster";
            case VERIFYING -> "it was becoming a node of the cluster";
            case LEAVING -> "it was leaving the cluster";
            case SPARE, PREPARING, DRAINING, PATCHING, FAILED -> "the pool names it";
        };
    }

    private boolean isOfControlPlane(FleetHost host) {
        return view.cluster().spec().controlPlane().contains(host.id())
                || host.node().filter(node -> node.role() == Role.CONTROL_PLANE).isPresent();
    }

    /** Why the pool lets go of a host that it has; empty if it does not. */
    Optional<String> releasing(PoolRecord record) {
        if (!fleet().hosts().containsKey(record.host())) {
            return Optional.of("it is not enrolled any more");
        }
        if (isTakenOut(record.host())) {
            return Optional.of("a person says that it is gone for good");
        }
        if (view.pool().pool().names(record.host()) || !fleet().isKeptWithoutItsPool(record)) {
            return Optional.empty();
        }
        return Optional.of(
                record.stage() == Stage.SERVING
                        ? "the pool names it no more, and its cluster does"
                        : "the pool names it no more");
    }

    private boolean isTakenOut(HostId host) {
        return Optional.ofNullable(fleet().hosts().get(host))
                .flatMap(FleetHost::departure)
                .filter(departure -> departure.stage() == Departure.Stage.REMOVING)
                .isPresent();
    }

    private FleetImage fleet() {
        return view.fleet();
    }
}
