package io.keelson.server;

import io.keelson.server.audit.AuditLog;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.departures.DepartureRecords;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolHistory;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.PoolRemoval;
import io.keelson.server.pool.PoolStandings;
import io.keelson.server.pool.Pools;
import io.keelson.server.rollout.Removal;
import io.keelson.server.store.StateStore;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What is declared, and the picture of the fleet that decisions are made on. */
@Singleton
public class FleetWiring {
    @Produces
    @Singleton
    ClusterRegistry clusters(StateStore store, AuditLog audit, InstantSource clock) {
        return new ClusterRegistry(store, audit, clock);
    }

    @Produces
    @Singleton
    NodePools nodePools(StateStore store, AuditLog audit, InstantSource clock) {
        return new NodePools(store, audit, clock);
    }

    @Produces
    @Singleton
    PoolHistory poolHistory(StateStore store) {
        return new PoolHistory(store);
    }

    @Produces
    @Singleton
    PoolRecords poolRecords(StateStore store, PoolHistory history) {
        return new PoolRecords(store, history);
    }

    @Produces
    @Singleton
    PoolStandings poolStandings(StateStore store) {
        return new PoolStandings(store);
    }

    @Produces
    @Singleton
    Pools pools(NodePools declared, PoolRecords records, AuditLog audit, InstantSource clock) {
        return new Pools(declared, records, audit, clock);
    }

    @Produces
    @Singleton
    Fleet fleet(
            Hosts hosts,
            DesiredStates desired,
            ObservedStates observed,
            ClusterRegistry clusters,
            BundleCatalog bundles,
            DepartureRecords departures,
            NodePools pools,
            PoolRecords records,
            PoolStandings standings) {
        return new Fleet(
                hosts, desired, observed, clusters, bundles, departures, new Fleet.Pools(pools, records, standings));
    }

    @Produces
    @Singleton
    LiveFleet liveFleet(StateStore store, Fleet fleet) {
        return new LiveFleet(store, fleet);
    }

    @Produces
    @Singleton
    Removal removal(
            Fleet fleet,
            ClusterRegistry clusters,
            Hosts hosts,
            StateStore store,
            NodePools pools,
            PoolRecords records,
            PoolHistory history,
            AuditLog audit) {
        return new Removal(fleet, clusters, hosts, new PoolRemoval(store, pools, records, history, audit));
    }
}
