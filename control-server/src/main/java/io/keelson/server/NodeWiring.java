package io.keelson.server;

import io.grpc.BindableService;
import io.keelson.server.api.NodeEndpoint;
import io.keelson.server.api.Operators;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.kubernetes.ClusterApis;
import io.keelson.server.kubernetes.TunnelledApis;
import io.keelson.server.kubetunnel.FleetRoutes;
import io.keelson.server.kubetunnel.TunnelListener;
import io.keelson.server.wire.OperatorPort;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What the server does to single nodes, through their cluster's API. */
@Singleton
public class NodeWiring {
    @Produces
    @Singleton
    ClusterApis clusterApis(ClusterPki pki, FleetRoutes routes, TunnelListener tunnels, InstantSource clock) {
        return new TunnelledApis(pki, routes, tunnels::port, clock);
    }

    @Produces
    @Singleton
    @OperatorPort
    BindableService nodeService(
            Operators operators, Fleet fleet, ClusterApis apis, AuditLog audit, InstantSource clock) {
        return NodeEndpoint.of(new NodeEndpoint.Parts(operators, fleet, apis, audit, clock));
    }
}
