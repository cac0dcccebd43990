package io.keelson.server;

import io.keelson.server.desired.DesiredStates;
import io.keelson.server.drain.Emptyings;
import io.keelson.server.drain.NodeObjects;
import io.keelson.server.drain.Verifications;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.kubernetes.ClusterApis;
import io.keelson.server.leader.Leadership;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.PoolStandings;
import io.keelson.server.poolrollout.ClusterNodeTasks;
import io.keelson.server.poolrollout.NodeTasks;
import io.keelson.server.poolrollout.PoolLoop;
import io.keelson.server.poolrollout.PoolTurns;
import io.keelson.server.poolrollout.ReadyNodes;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The loop that replaces the nodes of pools, and what it lets do that. */
@Singleton
public class PoolWiring {
    /** Before the store is closed. */
    private static final int FIRST = 100;

    @Produces
    @Singleton
    ReadyNodes readyNodes(ClusterApis apis, InstantSource clock) {
        return new ReadyNodes(apis, clock);
    }

    @Produces
    @Singleton
    NodeTasks nodeTasks(
            Emptyings emptyings,
            Verifications verifications,
            NodeObjects objects,
            ReadyNodes nodes,
            LiveFleet live,
            Fleet fleet,
            InstantSource clock) {
        return new ClusterNodeTasks(
                emptyings, verifications, objects, nodes, new ClusterNodeTasks.Pictures(live, fleet), clock);
    }

    @Produces
    @Singleton
    PoolLoop poolLoop(
            Leadership leadership,
            ClusterRegistry clusters,
            Fleet fleet,
            LiveFleet changes,
            PoolRecords records,
            PoolStandings standings,
            DesiredStates desired,
            NodeTasks tasks,
            InstantSource clock) {
        var hands = new PoolTurns.Hands(records, standings, desired, tasks);
        return new PoolLoop(leadership, changes, new PoolTurns(clusters, fleet::read, hands, clock));
    }

    void start(@Observes StartupEvent event, PoolLoop loop) {
        loop.start();
    }

    void stop(@Observes @Priority(FIRST) ShutdownEvent event, PoolLoop loop, ReadyNodes nodes) {
        loop.close();
        nodes.close();
    }
}
