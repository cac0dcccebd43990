package io.keelson.server.kubetunnel;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Role;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.session.ByteTunnel;
import io.keelson.server.session.TunnelBroker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Finds the control-plane hosts of a cluster in the fleet's picture; healthy ones first, in turn. */
public final class FleetRoutes implements TunnelRoutes {
    private final LiveFleet fleet;
    private final Supplier<Collection<HostId>> connected;
    private final TunnelBroker broker;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Routes through the agents of one server.
     *
     * @param connected the hosts whose agents are connected to this server now
     */
    public FleetRoutes(LiveFleet fleet, Supplier<Collection<HostId>> connected, TunnelBroker broker) {
        this.fleet = fleet;
        this.connected = connected;
        this.broker = broker;
    }

    @Override
    public List<HostId> candidates(ClusterName cluster) {
        var here = new HashSet<>(connected.get());
        var healthy = new ArrayList<HostId>();
        var others = new ArrayList<HostId>();
        for (var host : fleet.image().hosts().values()) {
            if (here.contains(host.id()) && serves(host, cluster)) {
                (host.converged() && !host.halted() ? healthy : others).add(host.id());
            }
        }
        Collections.rotate(healthy, turn.getAndIncrement());
        healthy.addAll(others);
        return healthy;
    }

    private static boolean serves(FleetHost host, ClusterName cluster) {
        return host.node()
                .filter(node -> node.cluster().equals(cluster) && node.role() == Role.CONTROL_PLANE)
                .isPresent();
    }

    @Override
    public ByteTunnel open(HostId host) {
        return broker.open(host);
    }
}
