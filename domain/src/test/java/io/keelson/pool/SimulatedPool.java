package io.keelson.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.Zone;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.pool.PoolHost.Seen;
import io.keelson.release.BundleName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Hosts that do what their stage asks of them, each in its own time, and what is told of them to {@link PoolPolicy}. */
final class SimulatedPool {
    static final Instant BEGAN = Instant.parse("2026-11-02T00:00:00Z");
    static final BundleName OLD = new BundleName("os-a");
    static final BundleName NEW = new BundleName("os-b");

    final List<Machine> machines = new ArrayList<>();
    private final Random random;
    Instant now = BEGAN;
    /** How many did not come to their end in time. */
    int failures;

    /** One host. */
    static final class Machine {
        final HostId host;
        final Zone zone;
        Stage stage;
        Instant since = BEGAN;
        Optional<Instant> blocked = Optional.empty();
        BundleName level = OLD;
        boolean dead;
        boolean stubborn;
        /** Whether it was a node when it failed. */
        private boolean node;

        private int left;

        private Machine(HostId host, Zone zone, Stage stage) {
            this.host = host;
            this.zone = zone;
            this.stage = stage;
        }

        boolean works() {
            return !dead
                    && (stage == Stage.SERVING || stage == Stage.DRAINING || stage == Stage.VERIFYING && left == 0);
        }

        private PoolHost seen(Instant now) {
            return new PoolHost(
                    host,
                    zone,
                    stage,
                    since,
                    blocked,
                    new Seen(
                            !dead,
                            left == 0 && !dead,
                            Optional.of(level),
                            true,
                            works(),
                            works() ? Optional.of(since) : Optional.empty(),
                            Optional.of(BEGAN),
                            emptied()));
        }

        private Emptied emptied() {
            if (stage != Stage.DRAINING || left > 0) {
                return Emptied.NOT_YET;
            }
            return stubborn ? Emptied.BLOCKED : Emptied.DONE;
        }
    }

    SimulatedPool(Random random) {
        this.random = random;
    }

    /** Hosts in three zones, in turn. */
    SimulatedPool with(int nodes, int spares) {
        for (int i = 0; i < nodes + spares; i++) {
            machines.add(new Machine(
                    new HostId("w-" + (i + 1)), new Zone("z" + i % 3), i < nodes ? Stage.SERVING : Stage.SPARE));
        }
        return this;
    }

    PoolPicture picture(PoolSpec pool, PoolPicture.Pause pause) {
        return new PoolPicture(
                pool, machines.stream().map(machine -> machine.seen(now)).toList(), pause, now);
    }

    /** Writes moves down, but for such as are not of now any more, and for none where the writer dies before. */
    void carryOut(List<Move> moves, int survived) {
        moves.stream()
                .limit(survived)
                .forEach(move -> machines.stream()
                        .filter(machine -> machine.host.equals(move.host()) && machine.stage == move.from())
                        .forEach(machine -> enter(machine, move.to())));
    }

    private void enter(Machine machine, Stage stage) {
        machine.blocked = machine.stage == Stage.DRAINING && stage == Stage.SERVING && machine.stubborn
                ? Optional.of(now)
                : machine.blocked;
        if (stage == Stage.FAILED) {
            failures++;
            machine.node = machine.stage == Stage.VERIFYING || machine.stage == Stage.PATCHING;
        }
        machine.stage = stage;
        machine.since = now;
        machine.left = 1 + random.nextInt(5);
    }

    /** A person wants one that has failed to be tried again. */
    void takeBack(Machine machine) {
        enter(machine, machine.node ? Stage.DRAINING : Stage.LEAVING);
    }

    Machine machine(HostId host) {
        return machines.stream()
                .filter(machine -> machine.host.equals(host))
                .findFirst()
                .orElseThrow();
    }

    /** Whether a node is not there that the pool has, or had and has no other for. */
    boolean isMissing(Machine machine, PoolSpec pool) {
        boolean inPlace = pool.strategy() == PoolSpec.Strategy.IN_PLACE;
        return switch (machine.stage) {
            case DRAINING, PATCHING, LEAVING -> true;
            case SERVING -> machine.dead;
            case VERIFYING -> inPlace;
            case FAILED ->
                inPlace && machines.stream().filter(each -> each.stage.isTold()).count() < pool.size();
            case SPARE, PREPARING -> false;
        };
    }

    /** A minute passes. */
    void pass() {
        now = now.plus(Duration.ofMinutes(1));
        for (var machine : machines) {
            machine.left = machine.dead ? machine.left : Math.max(0, machine.left - 1);
            if (machine.left == 0 && (machine.stage == Stage.PREPARING || machine.stage == Stage.PATCHING)) {
                machine.level = NEW;
            }
        }
    }

    long count(Stage stage) {
        return machines.stream().filter(machine -> machine.stage == stage).count();
    }

    long serving() {
        return machines.stream()
                .filter(machine -> machine.stage == Stage.SERVING && !machine.dead)
                .count();
    }

    @Override
    public String toString() {
        var text = new StringBuilder(now.toString());
        machines.forEach(
                machine -> text.append(' ').append(machine.host).append('=').append(machine.stage));
        return text.toString();
    }
}
