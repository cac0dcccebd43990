package io.keelson.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.Share;
import io.keelson.pool.PoolHost.Emptied;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How nodes are replaced, and come and go. */
class PoolPolicyTest extends PoolScene {
    @Test
    void aSpareIsPatchedBeforeItJoinsAndJoinsBeforeTheOldOneGoes() {
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.SPARE, OLD);
        decides("s-1 SPARE -> PREPARING");

        hosts.removeLast();
        add("s-1", "z1", Stage.SPARE, NEW);
        decides("s-1 SPARE -> VERIFYING");

        hosts.removeLast();
        add("s-1", "z1", Stage.VERIFYING, NEW);
        decides();

        hosts.removeLast();
        serving(NEW, "s-1");
        decides("w-1 SERVING -> DRAINING");
    }

    @Test
    void anEmptyNodeLeavesIsPatchedAndIsTheNextSpare() {
        serving(NEW, "w-1", "w-2", "s-1");
        add("w-3", "z3", Stage.DRAINING, OLD);
        decides();
        emptied("w-3", Emptied.DONE);
        decides("w-3 DRAINING -> LEAVING");

        hosts.removeLast();
        add("w-3", "z3", Stage.LEAVING, OLD);
        decides("w-3 LEAVING -> PREPARING");

        hosts.removeLast();
        add("w-3", "z3", Stage.PREPARING, NEW);
        decides("w-3 PREPARING -> SPARE");

        hosts.removeLast();
        add("w-3", "z3", Stage.SPARE, NEW);
        decides();
    }

    @Test
    void withSeveralSparesSeveralJoinAtOnceAndOneZoneAtATimeGoes() {
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.SPARE, NEW);
        add("s-2", "z2", Stage.SPARE, NEW);
        decides("s-1 SPARE -> VERIFYING", "s-2 SPARE -> VERIFYING");

        hosts.removeLast();
        hosts.removeLast();
        serving(NEW, "s-1", "s-2");
        decides("w-1 SERVING -> DRAINING");
        hosts.removeIf(host -> host.host().value().equals("w-1"));
        add("w-1", "z1", Stage.DRAINING, OLD);
        decides();
    }

    @Test
    void inPlaceNoMoreAreAwayThanAskedForWhoeverIsBrokenAnyway() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2", "w-3");
        decides("w-1 SERVING -> DRAINING");
        broken("w-2");
        decides("w-2 SERVING -> DRAINING");
        broken("w-3");
        decides();
        share = new Share.Count(2);
        decides("w-2 SERVING -> DRAINING");
    }

    @Test
    void inPlaceANodeComesBackUnderItsNameAndCountsWhenItWorks() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2");
        add("w-3", "z3", Stage.DRAINING, OLD);
        emptied("w-3", Emptied.DONE);
        decides("w-3 DRAINING -> PATCHING");

        hosts.removeLast();
        add("w-3", "z3", Stage.PATCHING, OLD);
        decides();
        hosts.removeLast();
        add("w-3", "z3", Stage.PATCHING, NEW);
        decides("w-3 PATCHING -> VERIFYING");

        hosts.removeLast();
        hosts.add(seen(host("w-3", "z3", Stage.VERIFYING, NEW), Emptied.NOT_YET, true));
        minReady = Duration.ofMinutes(2);
        decides();
        minReady = Duration.ofMinutes(1);
        decides("w-3 VERIFYING -> SERVING");
    }

    @Test
    void aPoolThatGrowsTakesSparesAndOneThatShrinksLetsItsLastNodesGo() {
        serving(NEW, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.SPARE, NEW);
        size = 4;
        decides("s-1 SPARE -> VERIFYING");
        size = 2;
        decides("w-3 SERVING -> DRAINING");
        blocked("w-3", Duration.ofMinutes(1));
        decides("w-2 SERVING -> DRAINING");
    }

    @Test
    void aNodeThatIsTooOldIsReplacedAndOnlyIt() {
        serving(NEW, "w-1", "w-2", "w-3", "s-1");
        maxAge = Optional.of(Duration.ofDays(31));
        size = 4;
        decides();
        maxAge = Optional.of(Duration.ofDays(30));
        size = 3;
        decides("s-1 SERVING -> DRAINING");
    }

    /** One that became a node since is new; one that is at its level is rebooted for that alone. */
    @Test
    void aPersonMayWantEveryNodeToBeBegunAnew() {
        strategy = Strategy.IN_PLACE;
        serving(NEW, "w-1", "w-2", "w-3");
        decides();
        assertThat(hosts.getFirst().isToReboot(picture())).isTrue();
        restarted = NOW.minus(Duration.ofDays(30));
        decides();
        restarted = restarted.plusMillis(1);
        decides("w-1 SERVING -> DRAINING");
        hosts.clear();
        serving(OLD, "w-1", "w-2", "w-3");
        assertThat(hosts.getFirst().isToReboot(picture())).isTrue();
        restarted = Instant.EPOCH;
        assertThat(hosts.getFirst().isToReboot(picture()))
                .as("by its level, where that needs it")
                .isFalse();
    }

    @Test
    void aNodeThatThePoolNamesNoMoreIsReplacedAndDoesNotComeBackUnderItsName() {
        for (var each : Strategy.values()) {
            strategy = each;
            hosts.clear();
            serving(NEW, "w-1", "w-2", "w-3");
            unnamed("w-2");
            add("s-1", "z1", Stage.SPARE, NEW);
            assertThat(PoolPolicy.next(picture()))
                    .first()
                    .satisfies(move -> assertThat(move.host() + " " + move.to()).isEqualTo("s-1 VERIFYING"));

            hosts.removeLast();
            serving(NEW, "s-1");
            decides("w-2 SERVING -> DRAINING");

            hosts.removeIf(host -> host.host().value().equals("w-2"));
            add("w-2", "z2", Stage.DRAINING, NEW);
            unnamed("w-2");
            emptied("w-2", Emptied.DONE);
            decides("w-2 DRAINING -> LEAVING");
        }
    }

    /** k0sctl#537: the next node was emptied before what the last one carried was back. */
    @Test
    void aReplacedNodeLeavesWhenWhatItCarriedRunsElsewhere() {
        serving(NEW, "s-1", "w-1");
        add("w-2", "z2", Stage.SERVING, OLD);
        add("w-3", "z3", Stage.DRAINING, OLD);
        emptied("w-3", Emptied.HOMELESS);
        decides();
        since("w-3", Duration.ofMinutes(20));
        decides("w-3 DRAINING -> SERVING");

        strategy = Strategy.IN_PLACE;
        size = 4;
        decides("w-3 DRAINING -> PATCHING");
        strategy = Strategy.REPLACE;
        size = 3;
        unnamed("w-3");
        decides("w-3 DRAINING -> LEAVING");
    }

    @Test
    void aSpareThatThePoolNamesNoMoreBecomesNoNode() {
        serving(NEW, "w-1", "w-2");
        add("s-1", "z1", Stage.SPARE, NEW);
        unnamed("s-1");
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("it has no spare");
    }
}
