package io.keelson.server.drain;

import static io.keelson.server.drain.SimulatedApi.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.kubernetes.ClusterApi;
import io.keelson.server.kubernetes.DrainMark;
import io.keelson.workload.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmptyingsTest {
    private static final ClusterName PROD = new ClusterName("prod");

    private final SimulatedApi api = new SimulatedApi();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AtomicInteger closedDoors = new AtomicInteger();
    private final DrainTurns turns = new DrainTurns();
    /** How many pauses may go by; time stands still where there is none. */
    private final Semaphore time = new Semaphore(0);

    private volatile Optional<Epoch> epoch = Optional.of(new Epoch(3));
    private final Emptyings emptyings = new Emptyings(
            (actor, cluster) -> open(),
            () -> epoch,
            turns,
            (action, subject, detail) -> log.add(action + " " + subject),
            api,
            this::pause);

    @AfterEach
    void ends() {
        emptyings.close();
        time.release(1_000_000);
    }

    private ClusterApi open() {
        if (closedDoors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw Problem.error(ProblemCode.CLUSTER_NOT_READY, "nobody is connected", Remedy.advise("Wait."))
                    .asException();
        }
        return api;
    }

    private boolean pause(CountDownLatch latch, Duration length) throws InterruptedException {
        if (length.isPositive()) {
            while (!time.tryAcquire(5, TimeUnit.MILLISECONDS)) {
                if (latch.getCount() == 0) {
                    return true;
                }
            }
            api.pass(length);
        }
        return latch.getCount() == 0;
    }

    private void flows() {
        time.release(100_000);
    }

    private Instant since = Instant.EPOCH;

    private Emptying ensure() {
        return emptyings.ensure(PROD, NODE, DrainPolicy.CAREFUL, since);
    }

    private <T extends Emptying> T awaitAnswer(Class<T> type) {
        return type.cast(await().until(this::ensure, type::isInstance));
    }

    private void keptByABudget() {
        api.pod("web-1", false);
        api.budget(0);
    }

    /** Which nothing that is known before tells. */
    private void keptByAWebhook() {
        api.pod("web-1", false);
        api.denied.add("web-1");
    }

    private void awaitAtHome() {
        await().until(this::ensure, new Emptying.Done(List.of())::equals);
    }

    @Test
    void emptiesInTheBackgroundAndSaysForAMinuteThatItIsDone() {
        api.pod("web-1", false);
        api.pod("web-2", false);
        api.budget(2);
        assertThat(ensure()).isInstanceOf(Emptying.UnderWay.class);
        flows();
        await().until(() -> log.contains("node.drained prod/w-1"));
        assertThat(awaitAnswer(Emptying.Done.class)).isNotNull();
        assertThat(api.cordoned).isTrue();
        awaitAtHome();
        assertThat(log).containsExactly("node.drain prod/w-1", "node.drained prod/w-1");
        assertThat(api.load.orElseThrow().ready().values()).containsExactly(2);
        assertThat(ensure()).isEqualTo(new Emptying.Done(List.of()));
        // Asked again, it looks again; what was carried before is known on.
        api.pass(Duration.ofMinutes(1));
        assertThat(ensure()).isInstanceOf(Emptying.UnderWay.class);
        assertThat(awaitAnswer(Emptying.Done.class)).isNotNull();
        assertThat(api.load.orElseThrow().ready().values()).containsExactly(2);
    }

    /** A node that was emptied, left, and has joined again: nothing of what was found then holds of its new pods. */
    @Test
    void whatItWasEmptiedForBeforeIsNoAnswer() {
        flows();
        awaitAtHome();
        api.cordoned = false;
        api.mark = Optional.empty();
        keptByABudget();
        since = since.plusSeconds(40);
        assertThat(ensure()).as("within the minute").isInstanceOf(Emptying.UnderWay.class);
        assertThat(awaitAnswer(Emptying.Blocked.class)).isNotNull();

        api.budget(1);
        since = since.plus(Duration.ofHours(1));
        assertThat(ensure()).as("that it was given up is of before, too").isInstanceOf(Emptying.UnderWay.class);
        awaitAtHome();
        assertThat(api.calls).contains("evict web-1");
    }

    /** Its load does not run elsewhere for long; meanwhile it came back. */
    @Test
    void whatIsLookedAtForAnEarlierWishComesToItsEndFirst() {
        api.pod("web-1", false);
        api.wanted.put(new Owner("shop", "ReplicaSet", "web"), 1);
        ensure();
        await().until(
                        () -> {
                            time.release(1);
                            return ensure();
                        },
                        Emptying.Done.class::isInstance);
        api.pod("web-2", false);
        since = since.plusSeconds(40);
        assertThat(ensure())
                .isEqualTo(new Emptying.UnderWay(List.of("what was begun with it before comes to its end")));
        flows();
        await().until(() -> {
            ensure();
            return api.calls.contains("evict web-2");
        });
    }

    /** k0sctl#537: the next node was emptied before what the last one carried was back; also under another leader. */
    @Test
    void saysWhatDoesNotRunElsewhereYet() {
        api.pod("web-1", false);
        api.wanted.put(new Owner("shop", "ReplicaSet", "web"), 1);
        ensure();
        flows();
        await().until(
                        this::ensure,
                        answer -> answer instanceof Emptying.Done(var homeless)
                                && homeless.equals(
                                        List.of("ReplicaSet shop/web has 0 of 1 pods ready that it had before")));
        epoch = Optional.of(new Epoch(4));
        await().until(
                        this::ensure,
                        answer -> answer instanceof Emptying.Done(var homeless)
                                && homeless.toString().contains("ReplicaSet shop/web has 0 of 1"));
        api.wanted.put(new Owner("shop", "ReplicaSet", "web"), 0);
        await().until(
                        () -> {
                            api.pass(Duration.ofSeconds(20));
                            return ensure();
                        },
                        new Emptying.Done(List.of())::equals);
    }

    @Test
    void saysWhatItWaitsForAndThenWhyItGaveUp() {
        keptByABudget();
        assertThat(ensure()).isInstanceOf(Emptying.UnderWay.class);
        await().until(() -> ensure() instanceof Emptying.UnderWay(var waits)
                && waits.stream().anyMatch(what -> what.contains("budget shop/web")));
        flows();
        assertThat(awaitAnswer(Emptying.Blocked.class).reasons())
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.code()).isEqualTo(ProblemCode.NODE_NOT_EMPTY);
                    assertThat(reason.what()).contains("budget shop/web", "nothing was begun with it");
                });
        assertThat(api.calls).as("it was foreseen").doesNotContain("cordon", "uncordon");
        assertThat(log).isNotEmpty().noneMatch(entry -> entry.startsWith("node.drain "));
    }

    @Test
    void whatNoWaitingMendsIsNotWaitedFor() {
        api.pod("job", true);
        ensure();
        var begun = api.now;
        assertThat(awaitAnswer(Emptying.Blocked.class).reasons())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.NODE_DRAIN_FORBIDDEN);
        assertThat(api.now).isEqualTo(begun);
        assertThat(api.calls).doesNotContain("cordon");
    }

    @Test
    void goesOnWhenWhatWasForeseenIsMended() {
        keptByABudget();
        ensure();
        await().until(() -> ensure() instanceof Emptying.UnderWay(var waits) && !waits.isEmpty());
        assertThat(api.cordoned).isFalse();
        api.budget(1);
        flows();
        awaitAtHome();
        assertThat(api.cordoned).isTrue();
    }

    @Test
    void whatWasNotForeseenIsGivenUpAndChangedBack() {
        keptByAWebhook();
        ensure();
        flows();
        assertThat(awaitAnswer(Emptying.Blocked.class).reasons())
                .singleElement()
                .satisfies(reason -> assertThat(reason.what()).contains("it takes pods again"));
        assertThat(api.cordoned).isFalse();
        assertThat(ensure()).as("until it is taken back").isInstanceOf(Emptying.Blocked.class);
        await().until(() -> emptyings.takeBack(PROD, NODE));
        assertThat(ensure()).isInstanceOf(Emptying.UnderWay.class);
    }

    @Test
    void isTakenBackAndIsSeenToBeSo() {
        keptByAWebhook();
        ensure();
        await().until(() -> api.cordoned);
        assertThat(emptyings.takeBack(PROD, NODE)).isFalse();
        flows();
        await().until(() -> emptyings.takeBack(PROD, NODE));
        assertThat(api.cordoned).isFalse();
        assertThat(api.mark).isEmpty();
        var before = api.calls.size();
        assertThat(emptyings.takeBack(PROD, NODE)).isTrue();
        assertThat(api.calls).as("nobody is asked again").hasSize(before);
    }

    @Test
    void takesBackWhatAnEarlierLeaderBeganAndNeverAPersonsCordon() {
        flows();
        api.cordoned = true;
        api.mark = Optional.of(new DrainMark(api.now, true));
        await().until(() -> emptyings.takeBack(PROD, NODE));
        assertThat(api.cordoned).isFalse();
        epoch = Optional.of(new Epoch(4));
        api.cordoned = true;
        await().until(() -> emptyings.takeBack(PROD, NODE));
        assertThat(api.cordoned).isTrue();
    }

    /** The next leader goes on with the mark; nothing may be changed back behind its back. */
    @Test
    void endsWithItsLeadershipAndLeavesTheNodeMarked() {
        keptByAWebhook();
        ensure();
        await().until(() -> api.cordoned);
        var mark = api.mark;
        epoch = Optional.empty();
        flows();
        await().until(() -> log.contains("node.drained prod/w-1"));
        assertThat(api.cordoned).isTrue();
        assertThat(api.mark).isEqualTo(mark).isPresent();
        assertThat(ensure()).isInstanceOf(Emptying.UnderWay.class);
        assertThat(emptyings.takeBack(PROD, NODE)).isFalse();
        assertThat(api.cordoned).isTrue();
        // And goes on under the next one.
        api.denied.clear();
        epoch = Optional.of(new Epoch(5));
        assertThat(awaitAnswer(Emptying.Done.class)).isNotNull();
        assertThat(api.mark).isEqualTo(mark);
    }

    @Test
    void closingChangesNothingBackEither() {
        keptByAWebhook();
        ensure();
        await().until(() -> api.cordoned);
        emptyings.close();
        await().until(() -> log.contains("node.drained prod/w-1"));
        assertThat(api.cordoned).isTrue();
        assertThat(api.mark).isPresent();
        assertThat(ensure()).isInstanceOf(Emptying.UnderWay.class);
    }

    /** No control-plane host is connected for a minute, or never again. */
    @Test
    void goesOnWhenTheApiIsThereAgainAndGivesUpWhenItStaysAway() {
        flows();
        closedDoors.set(12);
        awaitAtHome();
        api.pass(Duration.ofMinutes(1));
        closedDoors.set(Integer.MAX_VALUE);
        var begun = api.now;
        assertThat(awaitAnswer(Emptying.Blocked.class).reasons())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.CLUSTER_NOT_READY);
        assertThat(Duration.between(begun, api.now)).isBetween(Duration.ofMinutes(10), Duration.ofSeconds(620));
    }

    @Test
    void aPersonsDrainOfTheNodeGoesFirst() {
        flows();
        var theirs = turns.take(PROD, NODE).orElseThrow();
        assertThat(ensure()).isEqualTo(new Emptying.UnderWay(List.of("somebody empties it by a command")));
        assertThat(emptyings.takeBack(PROD, NODE)).isFalse();
        assertThat(api.calls).isEmpty();
        theirs.close();
        assertThat(awaitAnswer(Emptying.Done.class)).isNotNull();
        await().until(() -> turns.take(PROD, NODE).isPresent());
    }

    @Test
    void whoIsNoNodeIsEmpty() {
        api.gone = true;
        flows();
        assertThat(awaitAnswer(Emptying.Done.class)).isNotNull();
    }
}
