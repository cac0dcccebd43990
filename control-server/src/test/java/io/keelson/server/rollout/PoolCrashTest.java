package io.keelson.server.rollout;

import static io.keelson.server.rollout.PoolWorld.NEW;
import static io.keelson.server.rollout.PoolWorld.OLD;
import static io.keelson.server.rollout.PoolWorld.WORKERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.pool.Stage;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The leader dies before and after each of the commits by which a pool comes to another OS level: the next one goes on, the pool
 * comes to its end, no pod is lost and no more nodes are away than asked for.
 */
class PoolCrashTest {
    private static final int SEEDS = 60;
    private static final int TROUBLE_ENDS = 150;

    private static PoolWorld world(Strategy strategy, int size, int spares) {
        var world = new PoolWorld();
        var names = new String[size + spares];
        for (int i = 0; i < names.length; i++) {
            names[i] = "w-" + (i + 1);
            var unused = world.workers.add(names[i], "z" + i % 2, OLD);
        }
        world.declare(WORKERS, PoolWorld.spec(strategy, size, OLD), names);
        world.until("it serves", () -> world.rests(OLD, size), () -> {});
        world.declare(WORKERS, PoolWorld.spec(strategy, size, NEW), names);
        return world;
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void goesOnAfterACrashAtEachWrite(Strategy strategy) {
        int spares = strategy == Strategy.REPLACE ? 1 : 0;
        int away = strategy == Strategy.REPLACE ? 0 : 1;
        int commit = 0;
        boolean died;
        do {
            commit++;
            died = false;
            for (boolean after : new boolean[] {false, true}) {
                var world = world(strategy, 2, spares);
                world.dieAt(commit, after);
                var at = "dead " + (after ? "after" : "before") + " commit " + commit;
                world.until(
                        at + ": all at the new level",
                        () -> world.rests(NEW, 2),
                        () -> assertThat(world.workers.serving())
                                .as(() -> at + ": " + world)
                                .isGreaterThanOrEqualTo(3 - away));
                assertThat(world.workers.lost).as(at).isEmpty();
                died |= world.crashes > 0;
            }
        } while (died);
        assertThat(commit).as("commits that were died at").isGreaterThan(12);
    }

    /** Nodes that are away though nobody took them are not the pool's; it may not add to them. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void comesToItsEndWhateverHappens(Strategy strategy) {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            int size = 1 + random.nextInt(4);
            var world = world(strategy, size, 1 + random.nextInt(2));
            var at = "seed " + seed;
            for (int tick = 0; tick < TROUBLE_ENDS; tick++) {
                trouble(world, random);
                world.tick();
            }
            world.workers.machines.values().forEach(machine -> {
                machine.dead = false;
                machine.stubborn = false;
            });
            world.people.resume("anna", WORKERS);
            world.until(at + ": all at the new level", () -> rested(world, size), () -> {});
            assertThat(world.workers.lost).as(at).isEmpty();
        }
    }

    /** People take back what has failed. */
    private static boolean rested(PoolWorld world, int size) {
        world.records.all().stream()
                .filter(record -> record.stage() == Stage.FAILED
                        && !world.declared.require(WORKERS).wishes().containsKey(record.host()))
                .forEach(record -> {
                    var unused = world.people.retry("anna", record.host());
                });
        return world.rests(NEW, size);
    }

    private static void trouble(PoolWorld world, Random random) {
        for (var machine : world.workers.machines.values()) {
            if (!machine.host.id().value().startsWith("cp")) {
                machine.dead = machine.dead ? random.nextInt(20) != 0 : random.nextInt(150) == 0;
                machine.stubborn = machine.stubborn ? random.nextInt(20) != 0 : random.nextInt(150) == 0;
            }
        }
        if (random.nextInt(15) == 0) {
            world.dieAt(1 + random.nextInt(4), random.nextBoolean());
        }
        if (random.nextInt(40) == 0) {
            var unused = random.nextBoolean()
                    ? world.people.pause("anna", WORKERS)
                    : random.nextBoolean()
                            ? world.people.cancel("anna", WORKERS)
                            : world.people.resume("anna", WORKERS);
        }
    }
}
