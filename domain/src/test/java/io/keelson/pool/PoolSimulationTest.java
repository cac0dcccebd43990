package io.keelson.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Patience;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.pool.PoolPicture.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pools of all sizes come to another OS level, by seeds: hosts take their time, die, cannot be emptied; the one who writes is killed
 * between two writes; people pause, cancel and resume, and take back what has failed. No more than asked for are away, never those
 * of two zones, and in the end all is as wanted.
 */
class PoolSimulationTest {
    private static final int SEEDS = 2_000;
    private static final int TROUBLE_ENDS = 200;
    private static final int TICKS = 1_500;
    private static final AtomicInteger FAILURES = new AtomicInteger();

    private static PoolSpec pool(Strategy strategy, int size, Share share, boolean acrossZones) {
        return new PoolSpec(
                size,
                strategy,
                Optional.of(SimulatedPool.NEW),
                share,
                List.of(),
                acrossZones,
                Duration.ofMinutes(2),
                Optional.empty(),
                100,
                new Patience(
                        Duration.ofMinutes(6), Duration.ofMinutes(6), Duration.ofMinutes(6), Duration.ofMinutes(10)),
                WhenBlocked.GO_ON);
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void noMoreAreAwayThanAskedForAndAllComeToTheLevel(Strategy strategy) {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(strategy, seed);
        }
        assertThat(FAILURES.getAndSet(0)).as("hosts that were too late").isGreaterThan(SEEDS / 10);
    }

    private static void run(Strategy strategy, int seed) {
        var random = new Random(seed);
        int size = 1 + random.nextInt(8);
        int spares = strategy == Strategy.REPLACE ? 1 + random.nextInt(3) : random.nextInt(2);
        var share = random.nextBoolean()
                ? new Share.Count(1 + random.nextInt(2))
                : new Share.Percent(1 + random.nextInt(50));
        boolean acrossZones = random.nextInt(4) == 0;
        var spec = pool(strategy, size, share, acrossZones);
        var simulated = new SimulatedPool(random).with(size, spares);
        var pause = Pause.NONE;
        for (int tick = 0; tick < TICKS; tick++) {
            boolean trouble = tick < TROUBLE_ENDS;
            pause = trouble && random.nextInt(20) == 0
                    ? Pause.values()[random.nextInt(3)]
                    : trouble ? pause : Pause.NONE;
            trouble(simulated, random, trouble);
            var picture = simulated.picture(spec, pause);
            var moves = PoolPolicy.next(picture);
            var when = seed + " at " + tick + ": " + simulated + " " + moves;
            requireBearable(picture, moves, spec, when);
            requireOneZone(simulated, moves, spec, when);
            simulated.carryOut(moves, trouble && random.nextInt(4) == 0 ? random.nextInt(2) : moves.size());
            simulated.pass();
        }
        var end = "seed " + seed + " ends " + simulated;
        FAILURES.addAndGet(simulated.failures);
        assertThat(simulated.serving()).as(end).isEqualTo(size);
        assertThat(simulated.count(Stage.SERVING) + simulated.count(Stage.SPARE))
                .as(end)
                .isEqualTo(size + spares);
        assertThat(simulated.machines).as(end).allMatch(machine -> machine.level.equals(SimulatedPool.NEW));
    }

    /** Whoever dies comes back later, and what stood in the way goes away. */
    private static void trouble(SimulatedPool simulated, Random random, boolean lasts) {
        for (var machine : simulated.machines) {
            machine.dead = lasts && (machine.dead ? random.nextInt(5) != 0 : random.nextInt(100) == 0);
            machine.stubborn = lasts && (machine.stubborn ? random.nextInt(10) != 0 : random.nextInt(100) == 0);
            if (machine.stage == Stage.FAILED && !machine.dead && random.nextInt(10) == 0) {
                simulated.takeBack(machine);
            }
        }
    }

    private static void requireBearable(PoolPicture picture, List<Move> moves, PoolSpec spec, String when) {
        var begun = moves.stream().filter(move -> move.to() == Stage.DRAINING).toList();
        assertThat(begun).as(when).hasSizeLessThanOrEqualTo(1);
        if (begun.isEmpty()) {
            return;
        }
        assertThat(picture.pause()).as(when).isEqualTo(Pause.NONE);
        long left = picture.hosts().stream()
                .filter(host ->
                        host.counts() && !host.host().equals(begun.getFirst().host()))
                .count();
        int bearable =
                spec.strategy() == Strategy.REPLACE ? 0 : spec.maxUnavailable().of(spec.size());
        assertThat(spec.size() - left).as(when).isLessThanOrEqualTo(bearable);
    }

    /** Judged by the hosts themselves: none of another zone is missing but what no longer counts as the pool's node. */
    private static void requireOneZone(SimulatedPool simulated, List<Move> moves, PoolSpec spec, String when) {
        var going = moves.stream()
                .filter(move -> move.to() == Stage.DRAINING)
                .map(Move::host)
                .findFirst();
        if (going.isEmpty() || spec.acrossZones()) {
            return;
        }
        var host = simulated.machine(going.get());
        if (host.works()) {
            assertThat(simulated.machines.stream()
                            .filter(machine -> simulated.isMissing(machine, spec))
                            .map(machine -> machine.zone))
                    .as(when)
                    .allMatch(host.zone::equals);
        }
    }
}
