package io.keelson.server.drain;

import static io.keelson.server.drain.SimulatedApi.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.drain.DrainPolicy;
import io.keelson.drain.Hindrance;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemException;
import io.keelson.server.drain.DrainOutcome.Left;
import io.keelson.server.kubernetes.DrainMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrainerTest {
    private static final ClusterName PROD = new ClusterName("prod");

    private final SimulatedApi api = new SimulatedApi();
    private final Drainer drainer = new Drainer(api, api);
    private final List<DrainEvent> events = new ArrayList<>();
    private final Instant begun = api.now;
    /** When whoever asked goes away. */
    private Instant stop = Instant.MAX;

    private boolean within(Duration time) {
        if (!api.now.isBefore(stop)) {
            return true;
        }
        api.pass(time);
        return !api.now.isBefore(stop);
    }

    private DrainOutcome drain(DrainPolicy policy) {
        return drainer.drain(NODE, policy, events::add, this::within);
    }

    private DrainOutcome drain() {
        return drain(DrainPolicy.CAREFUL);
    }

    private <T extends DrainEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void cordonsBeforeItEvictsAndLeavesTheNodeCordonedWhenItIsEmpty() {
        api.pod("web-1", false);
        api.pod("web-2", false);
        api.budget(2);

        assertThat(drain()).isEqualTo(new DrainOutcome.Emptied());

        assertThat(api.calls.indexOf("cordon")).isLessThan(api.calls.indexOf("evict web-1"));
        assertThat(api.cordoned).isTrue();
        assertThat(api.mark).contains(new DrainMark(begun, true));
        assertThat(events(DrainEvent.Evicted.class)).hasSize(2);
        assertThat(events(DrainEvent.Waiting.class)).isNotEmpty();
        assertThat(api.pods).isEmpty();
    }

    /** system-upgrade-controller#78, system-upgrade-controller#103, gravity#1277: it waited for ever. */
    @Test
    void givesUpABudgetThatLetsNobodyGoAndUncordons() {
        api.pod("web-1", false);
        api.budget(0);

        var outcome = drain();

        assertThat(Duration.between(begun, api.now)).isBetween(Duration.ofMinutes(10), Duration.ofSeconds(610));
        assertThat(outcome).isInstanceOfSatisfying(DrainOutcome.GaveUp.class, gaveUp -> {
            assertThat(gaveUp.after()).isEqualTo(Left.UNCORDONED);
            assertThat(gaveUp.reasons())
                    .singleElement()
                    .satisfies(reason -> assertThat(reason.kind()).isEqualTo(Hindrance.Kind.BUDGET));
        });
        assertThat(api.cordoned).isFalse();
        assertThat(api.mark).isEmpty();
        assertThat(DrainProblems.of(PROD, NODE, DrainPolicy.CAREFUL, outcome))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.what())
                            .isEqualTo(
                                    "node w-1 is not empty after 600 s: pod shop/web-1 (ReplicaSet shop/web) is kept by"
                                            + " budget shop/web (minAvailable 2): it wants 2 of its 2 pods ready, which lets none go,"
                                            + " ever; it takes pods again");
                    assertThat(problem.remedy().command()).contains("kubectl -n shop describe pdb web");
                });
    }

    @Test
    void neverUncordonsWhatAPersonCordoned() {
        api.cordoned = true;
        api.pod("web-1", false);
        api.budget(0);
        assertThat(drain())
                .isInstanceOfSatisfying(
                        DrainOutcome.GaveUp.class,
                        gaveUp -> assertThat(gaveUp.after()).isEqualTo(Left.CORDONED_BY_PERSON));
        assertThat(api.cordoned).isTrue();
        assertThat(api.mark).isEmpty();
        assertThat(drainer.undo(NODE)).isEqualTo(Left.CORDONED_BY_PERSON);
        assertThat(api.cordoned).isTrue();
    }

    @Test
    void goesOnWhereAServerThatDiedWasWithItsTime() {
        api.cordoned = true;
        api.mark = Optional.of(new DrainMark(begun.minus(Duration.ofMinutes(9)), true));
        api.pod("web-1", false);
        api.budget(0);
        assertThat(drain()).isInstanceOf(DrainOutcome.GaveUp.class);
        assertThat(Duration.between(begun, api.now)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(70));
        assertThat(api.cordoned).isFalse();
    }

    @Test
    void beginsAnewWhatWasOverLongAgoAndKnowsWhoCordoned() {
        for (boolean ours : List.of(true, false)) {
            api.cordoned = true;
            api.mark = Optional.of(new DrainMark(begun.minus(Duration.ofDays(3)), ours));
            assertThat(drain()).isEqualTo(new DrainOutcome.Emptied());
            assertThat(api.mark).contains(new DrainMark(begun, ours));
        }
    }

    @Test
    void stopsWhenItIsTakenBackAndLetsTheNodeTakePodsAgain() {
        api.pod("web-1", false);
        api.budget(0);
        stop = begun.plusSeconds(30);
        assertThat(drain()).isEqualTo(new DrainOutcome.TakenBack(Left.UNCORDONED));
        assertThat(api.cordoned).isFalse();
        assertThat(api.now).isBeforeOrEqualTo(begun.plusSeconds(33));
    }

    @Test
    void believesAPersonWhoLetsTheNodeTakePodsAgain() {
        api.pod("web-1", false);
        api.budget(0);
        var outcome = drainer.drain(
                NODE,
                DrainPolicy.CAREFUL,
                event -> {
                    if (event instanceof DrainEvent.Waiting) {
                        api.cordoned = false; // as kubectl does it, which leaves the mark
                    }
                },
                this::within);
        assertThat(outcome).isEqualTo(new DrainOutcome.Overruled());
        assertThat(api.mark).isEmpty();
        assertThat(api.pods)
                .singleElement()
                .satisfies(pod -> assertThat(pod.terminating()).isFalse());
    }

    /** The API server is away for a minute. */
    @Test
    void goesOnWhenTheApiAnswersAgain() {
        api.pod("web-1", false);
        api.budget(1);
        var outcome = drainer.drain(
                NODE,
                DrainPolicy.CAREFUL,
                event -> {
                    events.add(event);
                    if (event instanceof DrainEvent.Evicted) {
                        api.silent = 4;
                    }
                },
                this::within);
        assertThat(outcome).isEqualTo(new DrainOutcome.Emptied());
        assertThat(events(DrainEvent.Unanswered.class).stream()
                        .filter(event -> event.why().equals("no answer")))
                .hasSize(4);
    }

    /** Until each kube-proxy has heard again which pods are there, calls would go to those that end. */
    @Test
    void evictsNobodyBeforeAllHaveHeardOfAnApiThatWasAway() {
        api.pod("web-1", false);
        api.pod("web-2", false);
        api.budget(1);
        var away = new ArrayList<Instant>();
        var evicted = new ArrayList<Instant>();
        var outcome = drainer.drain(
                NODE,
                DrainPolicy.CAREFUL,
                event -> {
                    if (event instanceof DrainEvent.Evicted) {
                        evicted.add(api.now);
                        api.silent = evicted.size() == 1 ? 2 : 0;
                        api.budget(1);
                    }
                    if (event instanceof DrainEvent.Unanswered(var why) && why.equals("no answer")) {
                        away.add(api.now);
                    }
                },
                this::within);
        assertThat(outcome).isEqualTo(new DrainOutcome.Emptied());
        assertThat(away).hasSize(2);
        assertThat(evicted).hasSize(2);
        assertThat(Duration.between(away.getLast(), evicted.getLast())).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void endsAlsoIfTheApiNeverAnswersAgainAndSaysWhatStays() {
        api.pod("web-1", false);
        api.budget(0);
        var outcome = drainer.drain(NODE, DrainPolicy.CAREFUL, event -> api.silent = Integer.MAX_VALUE, this::within);
        assertThat(outcome).isEqualTo(new DrainOutcome.GaveUp(List.of(), "no answer", Left.STILL_CORDONED));
        assertThat(Duration.between(begun, api.now)).isLessThan(Duration.ofMinutes(13));
        assertThat(DrainProblems.of(PROD, NODE, DrainPolicy.CAREFUL, outcome)
                        .getFirst()
                        .what())
                .contains("keelson node uncordon w-1");
    }

    @Test
    void forcesOnlyWhatThePolicyLetsIt() {
        api.pod("web-1", false);
        api.budget(0);
        var forcing = new DrainPolicy(
                Duration.ofMinutes(10),
                false,
                false,
                Optional.of(Duration.ofMinutes(2)),
                Optional.of(Duration.ofSeconds(10)));
        assertThat(drain(forcing)).isEqualTo(new DrainOutcome.Emptied());
        assertThat(events(DrainEvent.Forced.class))
                .singleElement()
                .satisfies(forced -> assertThat(forced.atOnce()).isFalse());
        assertThat(Duration.between(begun, api.now)).isBetween(Duration.ofSeconds(130), Duration.ofSeconds(140));
    }

    @Test
    void onePodThatIsDeniedKeepsNoOtherAndIsNamed() {
        api.pod("a", false);
        api.pod("b", false);
        api.denied.add("a");
        assertThat(drain())
                .isInstanceOfSatisfying(
                        DrainOutcome.GaveUp.class,
                        gaveUp -> assertThat(gaveUp.reasons())
                                .singleElement()
                                .satisfies(reason -> assertThat(reason.what())
                                        .contains("pod shop/a", "admission webhook denied the request")));
        assertThat(api.pods).hasSize(1);
    }

    @Test
    void doesNotTrustAMarkOfAClockThatIsAhead() {
        api.cordoned = true;
        api.mark = Optional.of(new DrainMark(begun.plus(Duration.ofDays(9)), true));
        api.pod("web-1", false);
        api.budget(0);
        assertThat(drain()).isInstanceOf(DrainOutcome.GaveUp.class);
        assertThat(Duration.between(begun, api.now)).isLessThan(Duration.ofMinutes(11));
    }

    @Test
    void doesNotBeginWhatItMustNotFinish() {
        api.pod("web-1", true);
        assertThat(drain()).isInstanceOf(DrainOutcome.GaveUp.class);
        assertThat(api.pods).hasSize(1);
        assertThat(api.cordoned).isFalse();
        assertThatThrownBy(() -> drainer.drain(new NodeName("w-9"), DrainPolicy.CAREFUL, events::add, this::within))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void looksAgainWhereSomebodyElseChangedTheNode() {
        api.conflicts = 3;
        assertThat(drain()).isEqualTo(new DrainOutcome.Emptied());
        api.conflicts = 3;
        assertThat(drainer.undo(NODE)).isEqualTo(Left.UNCORDONED);
        api.conflicts = 100;
        assertThatThrownBy(this::drain).hasMessageContaining("changed");
    }
}
