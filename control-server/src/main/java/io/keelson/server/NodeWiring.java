package io.keelson.server;

import io.grpc.BindableService;
import io.keelson.drain.DrainPolicy;
import io.keelson.server.api.HostEndpoint;
import io.keelson.server.api.NodeEndpoint;
import io.keelson.server.api.Operators;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.departures.Departure;
import io.keelson.server.departures.DepartureRecords;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.drain.DrainLog;
import io.keelson.server.drain.DrainTurns;
import io.keelson.server.drain.Emptying;
import io.keelson.server.drain.Emptyings;
import io.keelson.server.drain.NodeObjects;
import io.keelson.server.drain.Verifications;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.kubernetes.ClusterApis;
import io.keelson.server.kubernetes.TunnelledApis;
import io.keelson.server.kubetunnel.FleetRoutes;
import io.keelson.server.kubetunnel.TunnelListener;
import io.keelson.server.leader.Leadership;
import io.keelson.server.rollout.Departing;
import io.keelson.server.rollout.HostWords;
import io.keelson.server.rollout.NodeExits;
import io.keelson.server.store.StateStore;
import io.keelson.server.wire.OperatorPort;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** What the server does to single nodes, through their cluster's API. */
@Singleton
public class NodeWiring {
    private static final int FIRST = 100;

    @Produces
    @Singleton
    ClusterApis clusterApis(ClusterPki pki, FleetRoutes routes, TunnelListener tunnels, InstantSource clock) {
        return new TunnelledApis(pki, routes, tunnels::port, clock);
    }

    @Produces
    @Singleton
    DrainTurns drainTurns() {
        return new DrainTurns();
    }

    @Produces
    @Singleton
    DrainLog drainLog(AuditLog audit) {
        return (action, subject, detail) -> audit.append("server", action, subject, detail);
    }

    @Produces
    @Singleton
    Emptyings emptyings(ClusterApis apis, Leadership leadership, DrainTurns turns, DrainLog log, InstantSource clock) {
        return new Emptyings(apis, leadership::current, turns, log, clock);
    }

    @Produces
    @Singleton
    Verifications verifications(ClusterApis apis, Leadership leadership, InstantSource clock) {
        return new Verifications(apis, leadership::current, clock);
    }

    @Produces
    @Singleton
    NodeObjects nodeObjects(ClusterApis apis, DrainLog log, InstantSource clock) {
        return new NodeObjects(apis, log, clock);
    }

    @Produces
    @Singleton
    DepartureRecords departureRecords(StateStore store) {
        return new DepartureRecords(store);
    }

    @Produces
    @Singleton
    Departing departing(
            DepartureRecords records,
            Emptyings emptyings,
            NodeObjects objects,
            DesiredStates desired,
            Hosts hosts,
            AuditLog audit,
            InstantSource clock) {
        return new Departing(records, exits(emptyings, objects), desired, hosts, audit, clock);
    }

    /** Carefully: whoever leaves by a changed declaration is in no hurry. */
    private static NodeExits exits(Emptyings emptyings, NodeObjects objects) {
        return new NodeExits() {
            @Override
            public Emptying empty(Departure.Node node, Instant since) {
                return emptyings.ensure(node.cluster(), node.name(), DrainPolicy.CAREFUL, since);
            }

            @Override
            public boolean keep(Departure.Node node) {
                return emptyings.takeBack(node.cluster(), node.name());
            }

            @Override
            public boolean delete(Departure.Node node, BooleanSupplier stillGone) {
                return objects.delete(node.cluster(), node.name(), stillGone);
            }
        };
    }

    @Produces
    @Singleton
    HostWords hostWords(DepartureRecords records, Fleet fleet, Hosts hosts, AuditLog audit, InstantSource clock) {
        return new HostWords(records, fleet, hosts, audit, clock);
    }

    @Produces
    @Singleton
    @OperatorPort
    BindableService hostService(Operators operators, HostWords words) {
        return HostEndpoint.of(operators, words);
    }

    @Produces
    @Singleton
    @OperatorPort
    BindableService nodeService(
            Operators operators, Fleet fleet, ClusterApis apis, DrainTurns turns, AuditLog audit, InstantSource clock) {
        return NodeEndpoint.of(new NodeEndpoint.Parts(operators, fleet, apis, turns, audit, clock));
    }

    /** Before the store is closed. */
    void stop(@Observes @Priority(FIRST) ShutdownEvent event, Emptyings emptyings, Verifications verifications) {
        verifications.close();
        emptyings.close();
    }
}
