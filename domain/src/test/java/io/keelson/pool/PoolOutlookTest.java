package io.keelson.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.keelson.fleet.HostId;
import io.keelson.fleet.MaintenanceWindow;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Patience;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.fleet.Zone;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.pool.PoolHost.Seen;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.release.BundleName;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolOutlookTest {
    /** A Saturday. */
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final List<PoolHost> hosts = new ArrayList<>();
    private final List<Passage> history = new ArrayList<>();
    private int size = 1;
    private Strategy strategy = Strategy.REPLACE;
    private WhenBlocked whenBlocked = WhenBlocked.GO_ON;
    private int tolerated = 1;
    private boolean acrossZones;
    private List<MaintenanceWindow> windows = List.of();
    private Pause pause = Pause.NONE;

    private void host(String name, Stage stage, BundleName level, Duration ago) {
        host(name, stage, level, ago, Optional.empty());
    }

    private void host(String name, Stage stage, BundleName level, Duration ago, Optional<Instant> blocked) {
        hosts.add(new PoolHost(
                new HostId(name),
                new Zone("z" + name.substring(name.length() - 1)),
                stage,
                NOW.minus(ago),
                blocked,
                new Seen(
                        true,
                        true,
                        Optional.of(level),
                        true,
                        stage == Stage.SERVING,
                        Optional.empty(),
                        Optional.of(NOW.minus(Duration.ofDays(9))),
                        Emptied.NOT_YET)));
    }

    /** A host was so many minutes in a stage, some days ago. */
    private void took(Stage stage, long minutes, Stage next) {
        var host = new HostId("h-" + history.size());
        var entered = NOW.minus(Duration.ofDays(3)).plusSeconds(history.size());
        history.add(new Passage(host, entered, Optional.of(Stage.SPARE), Optional.of(stage)));
        history.add(
                new Passage(host, entered.plus(Duration.ofMinutes(minutes)), Optional.of(stage), Optional.of(next)));
    }

    private void allIsKnown() {
        took(Stage.PREPARING, 10, Stage.SPARE);
        took(Stage.VERIFYING, 2, Stage.SERVING);
        took(Stage.DRAINING, 4, Stage.LEAVING);
        took(Stage.LEAVING, 1, Stage.PREPARING);
        took(Stage.PATCHING, 8, Stage.VERIFYING);
    }

    private PoolSpec pool() {
        return new PoolSpec(
                size,
                strategy,
                Optional.of(SimulatedPool.NEW),
                new Share.Count(1),
                windows,
                acrossZones,
                Duration.ZERO,
                Optional.empty(),
                tolerated,
                new Patience(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)),
                whenBlocked);
    }

    private PoolOutlook outlook() {
        return PoolOutlook.of(new PoolPicture(pool(), hosts, pause, NOW), history);
    }

    private static Optional<Duration> minutes(long minutes) {
        return Optional.of(Duration.ofMinutes(minutes));
    }

    @Test
    void oneReplacementIsPreparingJoiningEmptyingLeavingAndPreparingTheOldOne() {
        allIsKnown();
        host("w-1", Stage.SERVING, SimulatedPool.OLD, Duration.ofDays(9));
        host("s-1", Stage.SPARE, SimulatedPool.OLD, Duration.ofDays(9));
        assertThat(outlook()).isEqualTo(new PoolOutlook(false, false, minutes(10 + 2 + 4 + 1 + 10)));
    }

    @Test
    void whatIsUnderWayCountsFromWhenItBegan() {
        allIsKnown();
        host("w-1", Stage.SERVING, SimulatedPool.NEW, Duration.ofMinutes(4));
        host("s-1", Stage.DRAINING, SimulatedPool.OLD, Duration.ofMinutes(3));
        assertThat(outlook().remaining()).isEqualTo(minutes(1 + 1 + 10));

        hosts.removeLast();
        host("s-1", Stage.PREPARING, SimulatedPool.OLD, Duration.ofMinutes(30));
        assertThat(outlook().remaining()).as("later than ever before").isEqualTo(minutes(0));
    }

    @Test
    void inPlaceOneAfterTheOther() {
        allIsKnown();
        size = 2;
        strategy = Strategy.IN_PLACE;
        host("w-1", Stage.SERVING, SimulatedPool.OLD, Duration.ofDays(9));
        host("w-2", Stage.PATCHING, SimulatedPool.OLD, Duration.ofMinutes(5));
        assertThat(outlook().remaining()).isEqualTo(minutes(3 + 2 + 4 + 8 + 2));
    }

    @Test
    void nobodyKnowsHowLongWhatNeverWasDoneTakes() {
        took(Stage.PREPARING, 10, Stage.SPARE);
        took(Stage.DRAINING, 4, Stage.SERVING); // was taken back
        took(Stage.VERIFYING, 60, Stage.FAILED);
        host("w-1", Stage.SERVING, SimulatedPool.NEW, Duration.ofDays(9));
        host("s-1", Stage.PREPARING, SimulatedPool.OLD, Duration.ZERO);
        assertThat(outlook().remaining()).isEqualTo(minutes(10));
        host("s-2", Stage.VERIFYING, SimulatedPool.NEW, Duration.ZERO);
        assertThat(outlook().remaining()).isEmpty();
    }

    @Test
    void oneThatTookVeryLongTellsLittle() {
        allIsKnown();
        took(Stage.VERIFYING, 50, Stage.SERVING);
        took(Stage.VERIFYING, 3, Stage.SERVING);
        size = 2;
        host("w-1", Stage.SERVING, SimulatedPool.NEW, Duration.ofDays(9));
        host("s-1", Stage.SPARE, SimulatedPool.NEW, Duration.ZERO);
        assertThat(outlook().remaining()).isEqualTo(minutes(3));
    }

    @Test
    void whatCannotComeToItsEndHasNone() {
        allIsKnown();
        host("w-1", Stage.SERVING, SimulatedPool.OLD, Duration.ofDays(9));
        assertThat(outlook().remaining()).as("no spare").isEmpty();
        host("s-1", Stage.SPARE, SimulatedPool.NEW, Duration.ofDays(9));
        assertThat(outlook().remaining()).isPresent();
        pause = Pause.PAUSED;
        assertThat(outlook()).isEqualTo(new PoolOutlook(false, false, Optional.empty()));
    }

    @Test
    void isAtRestOnlyWhenAllIsAsWanted() {
        allIsKnown();
        host("w-1", Stage.SERVING, SimulatedPool.NEW, Duration.ofDays(9));
        assertThat(outlook()).isEqualTo(new PoolOutlook(true, false, Optional.empty()));
        host("s-1", Stage.LEAVING, SimulatedPool.NEW, Duration.ZERO);
        assertThat(outlook().atRest()).isFalse();
        hosts.removeLast();
        host("s-1", Stage.SPARE, SimulatedPool.OLD, Duration.ZERO);
        assertThat(outlook().atRest()).isFalse();
        hosts.removeLast();
        host("s-1", Stage.FAILED, SimulatedPool.OLD, Duration.ZERO);
        assertThat(outlook().atRest()).as("it bears one").isTrue();
        tolerated = 0;
        assertThat(outlook()).isEqualTo(new PoolOutlook(false, true, Optional.empty()));
        host("s-2", Stage.PREPARING, SimulatedPool.OLD, Duration.ZERO);
        assertThat(outlook().failed()).as("what is begun is brought to its end").isFalse();
    }

    @Test
    void hasStoppedWhereANodeCouldNotBeEmptiedAndThePoolHoldsThen() {
        host("w-1", Stage.SERVING, SimulatedPool.OLD, Duration.ofMinutes(1), Optional.of(NOW.minusSeconds(60)));
        host("s-1", Stage.SPARE, SimulatedPool.NEW, Duration.ofDays(9));
        assertThat(outlook().failed()).isFalse();
        whenBlocked = WhenBlocked.HOLD;
        assertThat(outlook().failed()).isTrue();
        pause = Pause.CANCELLED;
        assertThat(outlook().failed()).as("a person has stopped it").isFalse();
    }

    @Test
    void nobodyKnowsWhenWorkEndsThatOutlastsTheWindow() {
        allIsKnown();
        host("w-1", Stage.SERVING, SimulatedPool.OLD, Duration.ofDays(9));
        host("s-1", Stage.SPARE, SimulatedPool.NEW, Duration.ofDays(9));
        windows = List.of(window("11:00", Duration.ofHours(2)));
        assertThat(outlook().remaining()).isEqualTo(minutes(2 + 4 + 1 + 10));
        windows = List.of(window("11:00", Duration.ofMinutes(70)));
        assertThat(outlook().remaining()).isEmpty();
    }

    private static MaintenanceWindow window(String opens, Duration length) {
        return new MaintenanceWindow(EnumSet.allOf(DayOfWeek.class), LocalTime.parse(opens), length, ZoneOffset.UTC);
    }

    /** What is done on paper is what the pool does: hosts that take as long for each stage as before end when it was said. */
    @ParameterizedTest
    @CsvSource({
        "REPLACE, 6, 1, false",
        "REPLACE, 6, 2, false",
        "REPLACE, 5, 3, false",
        "REPLACE, 7, 3, true",
        "IN_PLACE, 6, 0, false",
        "IN_PLACE, 5, 2, false",
        "IN_PLACE, 4, 0, true",
    })
    void comesTrue(Strategy how, int nodes, int spares, boolean across) {
        strategy = how;
        size = nodes;
        acrossZones = across;
        patchAll(nodes, spares, List.of());
        var known = List.copyOf(history);

        patchAll(nodes, spares, known);
    }

    /** Brings a pool from its old level to its new one; checks what is foretold on the way, if anything is known. */
    private void patchAll(int nodes, int spares, List<Passage> known) {
        var world = new SimulatedPool(new Random() {
                    @Override
                    public int nextInt(int bound) {
                        return 2; // three minutes for each stage
                    }
                })
                .with(nodes, spares);
        var foretold = new HashMap<Instant, Duration>();
        while (!PoolOutlook.of(world.picture(pool(), Pause.NONE), known).atRest()) {
            assertThat(world.now).isBefore(SimulatedPool.BEGAN.plus(Duration.ofDays(1)));
            if (!known.isEmpty()) {
                foretold.put(
                        world.now,
                        PoolOutlook.of(world.picture(pool(), Pause.NONE), known)
                                .remaining()
                                .orElseThrow());
            }
            for (var moves = next(world); !moves.isEmpty(); moves = next(world)) {
                moves.forEach(move -> history.add(
                        new Passage(move.host(), world.now, Optional.of(move.from()), Optional.of(move.to()))));
                world.carryOut(moves, moves.size());
            }
            world.pass();
        }
        foretold.forEach((at, remaining) -> assertThat(remaining.toMinutes())
                .as("at " + at)
                .isCloseTo(Duration.between(at, world.now).toMinutes(), within(3L)));
    }

    private List<Move> next(SimulatedPool world) {
        return PoolPolicy.next(world.picture(pool(), Pause.NONE));
    }
}
