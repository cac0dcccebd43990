package io.keelson.server.rollout;

import static io.keelson.server.rollout.PoolWorld.NEW;
import static io.keelson.server.rollout.PoolWorld.OLD;
import static io.keelson.server.rollout.PoolWorld.WORKERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.pool.Stage;
import io.keelson.server.departures.Departure;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.pool.PoolEvent;
import io.keelson.server.pool.PoolStandings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What node pools do with hosts, with both loops and simulated hosts. */
class PoolRolloutTest {
    private final PoolWorld world = new PoolWorld();

    private void serving(Strategy strategy, int nodes, int spares) {
        for (int i = 1; i <= nodes + spares; i++) {
            var unused = world.workers.add("w-" + i, "z" + i % 3, OLD);
        }
        declare(strategy, nodes, nodes + spares);
        world.until("it serves", () -> world.rests(OLD, nodes), () -> {});
    }

    private void declare(Strategy strategy, int size, int hosts) {
        declare(strategy, size, hosts, false);
    }

    private void declare(Strategy strategy, int size, int hosts, boolean patched) {
        var names = new String[hosts];
        for (int i = 0; i < hosts; i++) {
            names[i] = "w-" + (i + 1);
        }
        world.declare(WORKERS, PoolWorld.spec(strategy, size, patched ? NEW : OLD), names);
    }

    private List<String> story(String host) {
        return world.history.newest(WORKERS, 100).stream()
                .filter(event -> event.host().equals(new HostId(host)))
                .map(PoolEvent::to)
                .map(to -> to.map(Stage::name).orElse("released"))
                .toList();
    }

    private Optional<NodeSpec> node(String host) {
        return Optional.ofNullable(world.image().hosts().get(new HostId(host))).flatMap(FleetHost::node);
    }

    private Optional<String> holds() {
        return new PoolStandings(world.store)
                .all().stream()
                        .filter(standing -> standing.pool().equals(WORKERS))
                        .findFirst()
                        .flatMap(standing -> standing.holds());
    }

    @Test
    void aPoolTakesItsHostsAndMakesAsManyNodesAsItWants() {
        serving(Strategy.REPLACE, 2, 1);
        assertThat(world.stage("w-3")).contains(Stage.SERVING); // zone z0 comes first
        assertThat(world.stage("w-1")).contains(Stage.SERVING);
        assertThat(world.stage("w-2")).contains(Stage.SPARE);
        assertThat(story("w-3")).containsExactly("SPARE", "VERIFYING", "SERVING");
        assertThat(node("w-3").orElseThrow().labels()).containsEntry("keelson.io/pool", "workers");
        assertThat(holds()).isEmpty();
    }

    @Test
    void replacedNodesBecomeTheNextSparesAndTheLastSpareIsPatchedToo() {
        serving(Strategy.REPLACE, 2, 1);
        declare(Strategy.REPLACE, 2, 3, true);
        world.until(
                "all at the new level",
                () -> world.rests(NEW, 2),
                () -> assertThat(world.workers.serving()).as(world::toString).isGreaterThanOrEqualTo(3));
        assertThat(world.workers.lost).isEmpty();
        assertThat(story("w-3"))
                .containsExactly(
                        "SPARE",
                        "VERIFYING",
                        "SERVING",
                        "DRAINING",
                        "LEAVING",
                        "PREPARING",
                        "SPARE",
                        "VERIFYING",
                        "SERVING");
    }

    @Test
    void patchedInPlaceEachComesBackUnderItsName() {
        serving(Strategy.IN_PLACE, 3, 0);
        declare(Strategy.IN_PLACE, 3, 3, true);
        world.until(
                "all at the new level",
                () -> world.rests(NEW, 3),
                () -> assertThat(world.workers.serving()).as(world::toString).isGreaterThanOrEqualTo(3));
        assertThat(world.workers.lost).isEmpty();
        assertThat(story("w-1"))
                .containsExactly("SPARE", "VERIFYING", "SERVING", "DRAINING", "PATCHING", "VERIFYING", "SERVING");
    }

    /** Its agent tries again every two minutes at most, and each time it is at work for a moment. */
    @Test
    void aNodeThatItsAgentCannotMendIsBegunAnewHoweverOftenTheAgentTries() {
        serving(Strategy.IN_PLACE, 3, 0);
        world.workers.machine("w-2").drifted = true;
        for (int tick = 0; tick < 170; tick++) { // not quite as long as it may take
            world.tick();
            assertThat(world.stage("w-2")).contains(Stage.SERVING);
        }
        world.until(
                "it is as ordered",
                () -> !world.workers.machine("w-2").drifted && world.rests(OLD, 3),
                () -> assertThat(world.workers.serving()).as(world::toString).isGreaterThanOrEqualTo(3));
        assertThat(world.workers.lost).isEmpty();
        assertThat(story("w-2"))
                .containsExactly("SPARE", "VERIFYING", "SERVING", "DRAINING", "PATCHING", "VERIFYING", "SERVING");
        assertThat(story("w-1")).containsExactly("SPARE", "VERIFYING", "SERVING");
    }

    @Test
    void adoptsTheNodesOfAPoolOfTheClusterWithoutABreak() {
        for (var name : List.of("w-1", "w-2")) {
            var unused = world.workers.add(name, "z1", OLD);
        }
        world.cluster = ClusterLoopTest.cluster("prod", false, "cp-a", "w-1", "w-2");
        world.until("nodes serve", () -> world.workers.serving() == 3, () -> {});
        // The pool names them, and the cluster names them no more, at one stroke.
        declare(Strategy.IN_PLACE, 2, 2);
        world.cluster = ClusterLoopTest.cluster("prod", false, "cp-a");
        for (int tick = 0; tick < 20; tick++) {
            world.tick();
            assertThat(world.workers.serving()).isEqualTo(3);
        }
        assertThat(world.stage("w-1")).contains(Stage.SERVING);
        assertThat(story("w-2")).containsExactly("SERVING");
        assertThat(world.workers.lost).isEmpty();
    }

    @Test
    void handsBackANodeThatItsClusterNamesAndThePoolNoMore() {
        serving(Strategy.IN_PLACE, 2, 0);
        world.cluster = ClusterLoopTest.cluster("prod", false, "cp-a", "w-2");
        declare(Strategy.IN_PLACE, 1, 1);
        for (int tick = 0; tick < 20; tick++) {
            world.tick();
            assertThat(world.workers.serving()).isEqualTo(3);
        }
        assertThat(world.stage("w-2")).isEmpty();
        assertThat(story("w-2")).endsWith("released");
    }

    @Test
    void aHostThatThePoolNamesNoMoreIsEmptiedLeavesAndIsFree() {
        serving(Strategy.IN_PLACE, 3, 0);
        declare(Strategy.IN_PLACE, 2, 2);
        world.until(
                "w-3 is free",
                () -> world.stage("w-3").isEmpty(),
                () -> assertThat(world.workers.serving()).isGreaterThanOrEqualTo(3));
        assertThat(world.workers.lost).isEmpty();
        assertThat(world.workers.machine("w-3").node).isFalse();
        assertThat(world.workers.machine("w-3").object).isFalse();
        assertThat(story("w-3")).endsWith("DRAINING", "LEAVING", "SPARE", "released");
    }

    @Test
    void ofTwoPoolsThatWantOneSpareOneHasItAndTheOtherSaysWhy() {
        serving(Strategy.REPLACE, 1, 1);
        var unused = world.workers.add("v-1", "z1", OLD);
        world.declare(new PoolName("others"), PoolWorld.spec(Strategy.REPLACE, 2, OLD), "v-1", "w-1", "w-2");
        for (int tick = 0; tick < 30; tick++) {
            world.tick();
        }
        assertThat(world.records.all())
                .extracting(record -> record.host() + " " + record.pool())
                .containsExactly("v-1 others", "w-1 workers", "w-2 workers");
        var standing = new PoolStandings(world.store).all().getFirst();
        assertThat(standing.holds()).contains("it has no spare");
        assertThat(standing.waits().get(new HostId("w-2"))).isEqualTo("node pool workers has it");
    }

    @Test
    void aPausedPoolBringsToItsEndWhatIsBegunAndBeginsNothing() {
        serving(Strategy.IN_PLACE, 2, 0);
        declare(Strategy.IN_PLACE, 2, 2, true);
        world.until("one drains", () -> world.stage("w-1").equals(Optional.of(Stage.DRAINING)), () -> {});
        world.people.pause("anna", WORKERS);
        for (int tick = 0; tick < 60; tick++) {
            world.tick();
        }
        assertThat(world.workers.machine("w-1").level).contains(NEW);
        assertThat(world.stage("w-1")).contains(Stage.SERVING);
        assertThat(world.workers.machine("w-2").level).contains(OLD);
        assertThat(holds()).contains("it is paused");
        world.people.resume("anna", WORKERS);
        world.until("all at the new level", () -> world.rests(NEW, 2), () -> {});
    }

    @Test
    void cancelledANodeThatIsBeingEmptiedServesAgain() {
        serving(Strategy.IN_PLACE, 2, 0);
        declare(Strategy.IN_PLACE, 2, 2, true);
        world.until("one drains", () -> world.workers.machine("w-1").cordoned, () -> {});
        world.people.cancel("anna", WORKERS);
        world.until("it serves", () -> world.rests(OLD, 2), () -> {});
        assertThat(holds()).contains("it is cancelled");
        assertThat(story("w-1")).endsWith("DRAINING", "SERVING");
    }

    @Test
    void whatCannotBeEmptiedServesOnWithTheReasonAndIsTriedAgain() {
        serving(Strategy.IN_PLACE, 2, 0);
        world.workers.machine("w-1").stubborn = true;
        declare(Strategy.IN_PLACE, 2, 2, true);
        world.until("w-2 is patched", () -> world.workers.machine("w-2").level.equals(Optional.of(NEW)), () -> {});
        assertThat(world.records.get(new HostId("w-1")).orElseThrow().blocked()).isPresent();
        assertThat(world.history.newest(WORKERS, 100))
                .anyMatch(event -> event.why().equals("it could not be emptied: a budget lets none go"));
        world.workers.machine("w-1").stubborn = false;
        world.until("all at the new level", () -> world.rests(NEW, 2), () -> {});
    }

    @Test
    void aHostThatDoesNotComeBackHasFailedAndStaysAsItIsUntilAPersonSays() {
        serving(Strategy.IN_PLACE, 2, 1);
        declare(Strategy.IN_PLACE, 2, 3, true);
        var first = world.workers.machine("w-1");
        world.until("w-1 is patched", () -> world.stage("w-1").equals(Optional.of(Stage.PATCHING)), () -> {});
        first.dead = true;
        world.until("another has its place", () -> world.stage("w-2").equals(Optional.of(Stage.SERVING)), () -> {});
        assertThat(world.stage("w-1")).contains(Stage.FAILED);
        for (int tick = 0; tick < 20; tick++) {
            world.tick();
        }
        assertThat(node("w-1")).as("nobody tells it to leave").isPresent();

        first.dead = false;
        world.people.retry("anna", new HostId("w-1"));
        world.until("all is well", () -> world.rests(NEW, 2), () -> {});
        assertThat(world.declared.require(WORKERS).wishes()).isEmpty();
        assertThat(world.workers.lost).isEmpty();
    }

    /** Nobody could empty it, and without a word it would stay for ever. */
    @Test
    void letsGoOfANodeThatIsDeadAndTakenOutForGood() {
        serving(Strategy.REPLACE, 2, 1);
        var dead = world.workers.machine("w-3");
        dead.dead = true;
        world.declare(WORKERS, PoolWorld.spec(Strategy.REPLACE, 2, OLD), "w-1", "w-2");
        world.until("a spare has joined", () -> world.stage("w-2").equals(Optional.of(Stage.SERVING)), () -> {});
        for (int tick = 0; tick < 20; tick++) {
            world.tick();
        }
        assertThat(world.stage("w-3")).contains(Stage.SERVING);
        dead.departure = Optional.of(
                Departure.begin(new HostId("w-3"), Optional.empty(), Departure.Stage.REMOVING, world.workers.now));
        world.until("it is let go of", () -> world.stage("w-3").isEmpty(), () -> {});
    }

    @Test
    void aHostThatHasFailedAndIsResetLeavesAndIsASpare() {
        serving(Strategy.IN_PLACE, 2, 1);
        declare(Strategy.IN_PLACE, 2, 3, true);
        world.until("w-1 is patched", () -> world.stage("w-1").equals(Optional.of(Stage.PATCHING)), () -> {});
        world.workers.machine("w-1").dead = true;
        world.until("it has failed", () -> world.stage("w-1").equals(Optional.of(Stage.FAILED)), () -> {});
        world.workers.machine("w-1").dead = false;
        world.people.reset("anna", new HostId("w-1"));
        world.until("it is a spare", () -> world.stage("w-1").equals(Optional.of(Stage.SPARE)), () -> {});
        assertThat(world.workers.machine("w-1").node).isFalse();
    }
}
