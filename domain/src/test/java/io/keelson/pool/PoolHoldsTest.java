package io.keelson.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.MaintenanceWindow;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.fleet.Zone;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.pool.PoolPicture.Pause;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds a pool, and what goes on nevertheless. */
class PoolHoldsTest extends PoolScene {
    @Test
    void whatCannotBeEmptiedServesOnAndOthersAreBegunWith() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2");
        add("w-3", "z3", Stage.DRAINING, OLD);
        emptied("w-3", Emptied.BLOCKED);
        decides("w-3 DRAINING -> SERVING");

        hosts.removeLast();
        serving(OLD, "w-3");
        blocked("w-1", Duration.ofMinutes(29));
        decides("w-2 SERVING -> DRAINING");
        blocked("w-1", Duration.ofMinutes(30));
        decides("w-1 SERVING -> DRAINING");

        whenBlocked = WhenBlocked.HOLD;
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("host w-1 could not be emptied");
    }

    @Test
    void whoIsTooLateHasFailedAndThePoolHoldsWhenMoreHaveThanItBears() {
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.VERIFYING, NEW);
        silent("s-1");
        since("s-1", Duration.ofMinutes(20));
        decides("s-1 VERIFYING -> FAILED");

        hosts.removeLast();
        add("s-1", "z1", Stage.FAILED, NEW);
        add("s-2", "z1", Stage.SPARE, NEW);
        decides("s-2 SPARE -> VERIFYING");

        add("s-3", "z1", Stage.FAILED, NEW);
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("2 hosts have failed, tolerated are 1");
    }

    /** A day in which nobody looked, as with all servers down, or in which it was not its fault. */
    @Test
    void onlyTheTimeThatCountsMakesAHostTooLate() {
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.VERIFYING, NEW);
        silent("s-1");
        timed("s-1", Duration.ofMinutes(19));
        decides();
        timed("s-1", Duration.ofMinutes(20));
        decides("s-1 VERIFYING -> FAILED");
    }

    /** A node that is to work for an hour before it counts is not given up for a moment in which it did not. */
    @Test
    void aBreakOfWhatHeldIsNoFailureUnlessItComesAgainAndAgain() {
        minReady = Duration.ofHours(1);
        serving(OLD, "w-1", "w-2", "w-3");
        add("s-1", "z1", Stage.VERIFYING, NEW);
        timed("s-1", Duration.ofMinutes(139));
        decides();
        timed("s-1", Duration.ofMinutes(140));
        decides("s-1 VERIFYING -> FAILED");
    }

    @Test
    void aZoneThatHasLostANodeKeepsTheOthersWhole() {
        strategy = Strategy.IN_PLACE;
        share = new Share.Count(2);
        serving(OLD, "w-1", "w-2", "w-3");
        broken("w-2");
        decides("w-2 SERVING -> DRAINING");
        cutOff("w-2");
        decides();
        assertThat(PoolPolicy.holds(picture()))
                .contains("nodes of zone z2 are away, and no other zone's may be beside them");
        acrossZones = true;
        decides("w-1 SERVING -> DRAINING");
    }

    @Test
    void aNodeThatFailedOnItsWayKeepsItsZoneUntilAnotherIsThere() {
        strategy = Strategy.IN_PLACE;
        share = new Share.Count(2);
        serving(OLD, "w-1", "w-2");
        add("w-3", "z3", Stage.FAILED, OLD);
        decides();
        assertThat(PoolPolicy.holds(picture()))
                .contains("nodes of zone z3 are away, and no other zone's may be beside them");
        add("w-4", "z3", Stage.SERVING, NEW);
        decides("w-1 SERVING -> DRAINING");
    }

    @Test
    void anotherPoolsZoneCountsLikeItsOwn() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2", "w-3");
        elsewhere = Set.of(new Zone("z2"));
        decides("w-2 SERVING -> DRAINING");
        elsewhere = Set.of(new Zone("z2"), new Zone("z3"));
        decides();
        assertThat(PoolPolicy.holds(picture()))
                .contains("nodes of zone z2 and z3 are away, and no other zone's may be beside them");
    }

    @Test
    void aHostThatDoesNotComeBackFromItsRebootHasFailedAndAnotherSpareTakesItsPlace() {
        strategy = Strategy.IN_PLACE;
        serving(NEW, "w-1", "w-2");
        add("w-3", "z3", Stage.PATCHING, OLD);
        silent("w-3");
        decides();
        since("w-3", Duration.ofMinutes(40));
        decides("w-3 PATCHING -> FAILED");

        hosts.removeLast();
        add("w-3", "z3", Stage.FAILED, OLD);
        add("s-1", "z1", Stage.SPARE, NEW);
        decides("s-1 SPARE -> VERIFYING");
    }

    @Test
    void pausedNothingIsBegunAndCancelledWhatIsBeingEmptiedServesAgain() {
        serving(OLD, "w-1", "w-2");
        serving(NEW, "s-1");
        add("w-3", "z3", Stage.DRAINING, OLD);
        add("w-4", "z3", Stage.LEAVING, NEW);
        pause = Pause.PAUSED;
        decides("w-4 LEAVING -> SPARE");
        pause = Pause.CANCELLED;
        decides("w-3 DRAINING -> SERVING", "w-4 LEAVING -> SPARE");
    }

    /** microk8s#1022: an update that took itself the time it liked broke production. */
    @Test
    void outsideItsWindowsNothingIsBegun() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2", "w-3");
        var tokyo = ZoneId.of("Asia/Tokyo");
        windows = List.of(
                new MaintenanceWindow(Set.of(DayOfWeek.SUNDAY), LocalTime.NOON, Duration.ofHours(2), ZoneOffset.UTC),
                new MaintenanceWindow(Set.of(DayOfWeek.SUNDAY), LocalTime.NOON, Duration.ofHours(2), tokyo));
        decides();
        assertThat(PoolPolicy.holds(picture()))
                .contains("no maintenance window is open until Sun 2026-11-29 12:00 Asia/Tokyo");
        windows = List.of(
                new MaintenanceWindow(Set.of(DayOfWeek.SATURDAY), LocalTime.NOON, Duration.ofHours(2), ZoneOffset.UTC));
        decides("w-1 SERVING -> DRAINING");
    }

    @Test
    void nobodyIsEmptiedWhoseAgentCannotGoOnWithIt() {
        strategy = Strategy.IN_PLACE;
        serving(OLD, "w-1", "w-2", "w-3");
        for (var name : List.of("w-1", "w-2", "w-3")) {
            silent(name);
        }
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("no agent of the hosts that are to be replaced is connected");
    }

    @Test
    void nobodyGoesInThePlaceOfADeadHostThatThePoolNamesNoMore() {
        size = 1;
        serving(NEW, "w-1", "w-2");
        unnamed("w-2");
        cutOff("w-2");
        decides();
        assertThat(PoolPolicy.holds(picture())).contains("no agent of the hosts that are to be replaced is connected");
    }

    @Test
    void saysWhatIsMissingAndNothingWhereNothingIs() {
        serving(OLD, "w-1", "w-2", "w-3");
        assertThat(PoolPolicy.holds(picture())).contains("it has no spare");
        add("s-1", "z1", Stage.SPARE, OLD);
        assertThat(PoolPolicy.holds(picture())).as("it can be begun").isEmpty();
        hosts.clear();
        serving(NEW, "w-1", "w-2", "w-3");
        pause = Pause.PAUSED;
        assertThat(PoolPolicy.isSettled(picture())).isTrue();
        assertThat(PoolPolicy.holds(picture())).as("nothing is to be done").isEmpty();
        size = 4;
        assertThat(PoolPolicy.holds(picture())).contains("it is paused");
    }

    @Test
    void saysWhenWhatCouldNotBeEmptiedIsTriedAgain() {
        strategy = Strategy.IN_PLACE;
        size = 1;
        serving(OLD, "w-1");
        blocked("w-1", Duration.ofMinutes(10));
        decides();
        assertThat(PoolPolicy.holds(picture()))
                .contains("host w-1 could not be emptied, and is tried again at 2026-11-28T12:20:00Z");
    }
}
