package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.departures.Departure;
import io.keelson.server.departures.Departure.Stage;
import io.keelson.server.drain.Emptying;
import io.keelson.server.rollout.DepartureRules.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DepartureRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final HostId W7 = new HostId("w-7");
    private static final Departure.Node NODE = new Departure.Node(new ClusterName("prod"), new NodeName("w-7"));
    private static final List<Problem> REASONS =
            List.of(Problem.error(ProblemCode.NODE_NOT_EMPTY, "a budget", Remedy.advise("Look.")));

    /** A worker that the declaration names no more, and that is a node still. */
    private static final Seen NODE_STILL = new Seen(true, false, true, true, false, false, true, false, false);

    private static final Seen TOLD_BARE = new Seen(true, false, true, false, false, true, true, false, false);
    private static final Seen LEFT = new Seen(true, false, true, false, false, false, true, false, false);
    private static final Seen NAMED_AGAIN = new Seen(true, true, true, true, false, false, true, false, false);
    private static final Seen UNDECLARED = new Seen(false, false, false, true, false, false, true, false, false);
    private static final Seen UNPLANNED = new Seen(true, false, false, true, false, false, true, false, false);
    private static final Seen REVOKED = new Seen(true, false, true, true, false, false, true, true, false);
    private static final Seen OTHERS = new Seen(true, false, true, false, true, false, true, false, false);
    private static final Seen NOBODY = new Seen(true, false, true, false, false, false, false, false, false);

    private static Departure at(Stage stage) {
        var begun = Departure.begin(W7, Optional.of(NODE), Stage.EMPTYING, NOW);
        return stage == Stage.BLOCKED ? begun.blocked(REASONS, NOW) : begun.to(stage, NOW);
    }

    private static DepartureStep next(Stage stage, Seen seen) {
        return DepartureRules.next(at(stage), seen, NOW);
    }

    private static DepartureStep.Become become(Stage stage) {
        return new DepartureStep.Become(Optional.of(at(stage)));
    }

    private static final DepartureStep OVER = new DepartureStep.Become(Optional.empty());

    @Test
    void isEmptiedThenToldThenItsObjectGoes() {
        assertThat(next(Stage.EMPTYING, NODE_STILL)).isEqualTo(new DepartureStep.Empty(NODE));
        assertThat(next(Stage.LEAVING, NODE_STILL)).isEqualTo(new DepartureStep.MayLeave());
        assertThat(next(Stage.LEAVING, TOLD_BARE)).isEqualTo(new DepartureStep.Rest());
        assertThat(next(Stage.LEAVING, LEFT)).isEqualTo(new DepartureStep.DeleteNode(NODE));
        assertThat(next(Stage.LEAVING, OTHERS)).isEqualTo(new DepartureStep.DeleteNode(NODE));
        assertThat(next(Stage.LEAVING, NOBODY)).isEqualTo(new DepartureStep.DeleteNode(NODE));
    }

    @Test
    void nobodyIsToldToLeaveWhoIsNotEmpty() {
        for (var stage : List.of(Stage.EMPTYING, Stage.BLOCKED, Stage.RETURNING)) {
            for (var seen : Stream.of(NODE_STILL, NAMED_AGAIN, UNPLANNED, REVOKED, UNDECLARED)
                    .toList()) {
                assertThat(next(stage, seen))
                        .as("%s %s", stage, seen)
                        .isNotInstanceOfAny(DepartureStep.MayLeave.class, DepartureStep.TellBare.class);
            }
        }
    }

    @Test
    void isTriedAgainWhenItsTimeHasComeAndServesUntilThen() {
        var blocked = at(Stage.BLOCKED);
        assertThat(DepartureRules.next(blocked, NODE_STILL, NOW.plusSeconds(59)))
                .isEqualTo(new DepartureStep.Serve(NODE));
        var later = NOW.plusSeconds(60);
        assertThat(DepartureRules.next(blocked, NODE_STILL, later))
                .isEqualTo(new DepartureStep.Become(Optional.of(blocked.to(Stage.EMPTYING, later))));
        assertThat(DepartureRules.next(blocked, UNPLANNED, later)).isEqualTo(new DepartureStep.Serve(NODE));
    }

    @Test
    void nobodyIsEmptiedForAClusterThatCannotBeAsDeclared() {
        assertThat(next(Stage.EMPTYING, UNPLANNED)).isEqualTo(new DepartureStep.Rest());
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"EMPTYING", "LEAVING", "RESETTING"})
    void whoIsNamedAgainTakesPodsAgain(Stage stage) {
        assertThat(next(stage, NAMED_AGAIN)).isEqualTo(become(Stage.RETURNING));
        assertThat(next(Stage.RETURNING, NAMED_AGAIN)).isEqualTo(new DepartureStep.Return(NODE));
        assertThat(next(Stage.RETURNING, NODE_STILL)).isEqualTo(become(Stage.EMPTYING));
        assertThat(next(Stage.RETURNING, TOLD_BARE)).isEqualTo(become(Stage.LEAVING));
        assertThat(next(Stage.RETURNING, LEFT)).isEqualTo(OVER);
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"EMPTYING", "BLOCKED", "LEAVING"})
    void nothingIsLeftToDoForAClusterThatIsNoMore(Stage stage) {
        assertThat(next(stage, UNDECLARED)).isEqualTo(OVER);
    }

    @Test
    void aDeadHostIsTakenOutStepByStepAndAnotherOfItsNameIsNot() {
        var removing = at(Stage.REMOVING);
        assertThat(next(Stage.REMOVING, REVOKED)).isEqualTo(new DepartureStep.TellBare(Optional.of(removing)));
        var toldBare = new Seen(true, false, true, false, false, true, true, true, false);
        assertThat(next(Stage.REMOVING, toldBare)).isEqualTo(new DepartureStep.Forget());
        var pooled = new Seen(true, true, true, true, false, false, true, true, true);
        assertThat(next(Stage.REMOVING, pooled)).isEqualTo(new DepartureStep.Rest());
        assertThat(next(Stage.REMOVING, NOBODY)).isEqualTo(become(Stage.LEAVING));
        assertThat(next(Stage.REMOVING, LEFT)).isEqualTo(become(Stage.LEAVING));
    }

    @Test
    void aResetIsToldOnceAndNeverToANodeOfAnother() {
        assertThat(next(Stage.RESETTING, NODE_STILL))
                .isEqualTo(new DepartureStep.TellBare(Optional.of(at(Stage.LEAVING))));
        assertThat(next(Stage.RESETTING, LEFT)).isInstanceOf(DepartureStep.TellBare.class);
        assertThat(next(Stage.RESETTING, OTHERS)).isEqualTo(become(Stage.LEAVING));
        assertThat(next(Stage.RESETTING, NOBODY)).isEqualTo(become(Stage.LEAVING));
        var never = Departure.begin(W7, Optional.empty(), Stage.RESETTING, NOW);
        assertThat(DepartureRules.next(never, LEFT, NOW)).isEqualTo(new DepartureStep.TellBare(Optional.empty()));
        assertThat(DepartureRules.next(never, OTHERS, NOW)).isEqualTo(OVER);
    }

    @Test
    void whatComesOfItDecides() {
        var emptying = at(Stage.EMPTYING);
        assertThat(DepartureRules.answered(emptying, new Emptying.Done(List.of()), true, NOW))
                .isEqualTo(at(Stage.LEAVING));
        assertThat(DepartureRules.answered(emptying, new Emptying.UnderWay(List.of("x")), true, NOW))
                .isEqualTo(emptying.waitingFor(List.of("x")));
        assertThat(DepartureRules.answered(emptying, new Emptying.Blocked(REASONS), true, NOW))
                .isEqualTo(at(Stage.BLOCKED));
    }

    /** The pods of a dead host never end; it must be seen what a person can do. */
    @Test
    void ofADeadHostItIsSaidHowItIsTakenOut() {
        var blocked = DepartureRules.answered(
                at(Stage.EMPTYING), new Emptying.Blocked(REASONS), false, NOW.plus(Duration.ofMinutes(10)));
        assertThat(blocked.reasons()).hasSize(2);
        assertThat(blocked.reasons().getFirst().remedy().command()).contains("keelson host remove w-7 --dry-run");
    }
}
