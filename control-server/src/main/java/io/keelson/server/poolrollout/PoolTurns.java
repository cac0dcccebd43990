package io.keelson.server.poolrollout;

import io.keelson.fleet.Epoch;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.PoolStanding;
import io.keelson.server.pool.PoolStandings;
import io.keelson.server.pool.RegisteredPool;
import io.keelson.server.store.Condition;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The turns of the leader's loop. Each reads the fleet afresh, after the epoch is known, asks for what the stages of hosts want to
 * be done, and writes down what {@link io.keelson.pool.PoolPolicy} decides. All that it knows is what is written down, so whoever
 * leads next goes on. One thread.
 */
public final class PoolTurns {
    private static final System.Logger LOG = System.getLogger(PoolTurns.class.getName());

    private final ClusterRegistry clusters;
    private final Supplier<FleetImage> fleet;
    private final PoolTurn.Tools tools;
    private final InstantSource clock;
    private LeaderMemory memory = LeaderMemory.empty();
    private Optional<Epoch> led = Optional.empty();

    /** What is written, and who does what nodes need. */
    public record Hands(PoolRecords records, PoolStandings standings, DesiredStates desired, NodeTasks tasks) {}

    /** @param fleet its picture as it is when it is asked for, declarations read first */
    public PoolTurns(ClusterRegistry clusters, Supplier<FleetImage> fleet, Hands hands, InstantSource clock) {
        this.clusters = clusters;
        this.fleet = fleet;
        this.tools = new PoolTurn.Tools(hands.records(), hands.standings(), hands.desired(), hands.tasks());
        this.clock = clock;
    }

    /**
     * One turn of all pools.
     *
     * @return whether the next one is to come soon: something is under way
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}; what was written by then is
     */
    public boolean take(Epoch epoch) {
        if (!led.equals(Optional.of(epoch))) {
            led = Optional.of(epoch);
            memory = LeaderMemory.empty();
        }
        var order = clusters.order(); // before the picture: what is declared after it is not in it
        var image = fleet.get();
        boolean busy = false;
        for (var name : image.pools().pools().keySet()) {
            var pool = Optional.ofNullable(image.pools().pools().get(name)).filter(known -> !known.removing());
            if (pool.isPresent()) {
                var outcome = turn(epoch, image, pool.get(), order.unchanged());
                busy |= outcome.busy();
                if (outcome.written() > 0) {
                    // What one pool has begun bears on what the next one of its cluster may.
                    order = clusters.order();
                    image = fleet.get();
                }
            }
        }
        return busy;
    }

    private PoolTurn.Outcome turn(Epoch epoch, FleetImage image, RegisteredPool pool, Condition unchanged) {
        var cluster = Optional.ofNullable(image.clusters().get(pool.pool().cluster()))
                .filter(declared -> !declared.removing());
        if (cluster.isEmpty()) {
            var holds = Optional.of("cluster " + pool.pool().cluster() + " is not declared");
            var unused = tools.standings()
                    .note(
                            epoch,
                            pool,
                            image.pools().standing(pool.name()),
                            PoolStanding.of(pool.name(), holds, Map.of()));
            return PoolTurn.Outcome.NOTHING;
        }
        return turn(epoch, new PooledFleet(image, pool, cluster.get()), unchanged);
    }

    /** What is wrong with one pool keeps none of the others. */
    private PoolTurn.Outcome turn(Epoch epoch, PooledFleet view, Condition unchanged) {
        try {
            return new PoolTurn(view, tools, memory, epoch, clock.instant()).run(unchanged);
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.SERVER_STORE_UNAVAILABLE) {
                throw e;
            }
            LOG.log(
                    Level.WARNING,
                    "node pool {0} is tried again later: {1}",
                    view.pool().name(),
                    e.getMessage());
            return PoolTurn.Outcome.NOTHING;
        }
    }
}
