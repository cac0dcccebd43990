package io.keelson.server.departures;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.departures.Departure.Stage;
import io.keelson.server.leader.Leadership;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DepartureRecordsTest {
    private static final HostId W7 = new HostId("w-7");
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Departure BEGUN = Departure.begin(
            W7, Optional.of(new Departure.Node(new ClusterName("prod"), new NodeName("w-7"))), Stage.EMPTYING, NOW);
    private static final Departure BLOCKED = BEGUN.blocked(
            List.of(Problem.error(
                    ProblemCode.NODE_NOT_EMPTY, "pod a/b stays", Remedy.advise("Look.", "kubectl get pods"))),
            NOW);

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final DepartureRecords records = new DepartureRecords(store);
    private final Leadership leadership = new Leadership(store, "server-1", Duration.ofSeconds(5), System::nanoTime);

    @SuppressWarnings("NullAway.Init")
    private Epoch epoch;

    @BeforeEach
    void leads() {
        leadership.start();
        Awaitility.await().until(() -> leadership.current().isPresent());
        epoch = leadership.require();
    }

    @AfterEach
    void ends() {
        leadership.close();
        store.close();
    }

    /** Records of the first format stay readable. */
    @Test
    void readsWhatTheFirstFormatHeld() {
        store.commit(Transaction.always(Write.put(Keys.departure(W7), """
                {"v":1,"cluster":"prod","node":"w-7","stage":"BLOCKED","sinceMillis":1795780800000,"tries":1,\
                "againMillis":1795780860000,"reasons":[{"code":"NODE_NOT_EMPTY","what":"pod a/b stays","advice":"Look.",\
                "command":"kubectl get pods"}],"waitsFor":[]}""")));
        assertThat(records.all()).containsExactly(BLOCKED);
        store.commit(Transaction.always(Write.put(Keys.departure(W7), """
                {"v":1,"cluster":"","node":"","stage":"RESETTING","sinceMillis":1795780800000,"tries":0,"againMillis":0,\
                "reasons":[],"waitsFor":["a"]}""")));
        assertThat(records.all())
                .containsExactly(Departure.begin(W7, Optional.empty(), Stage.RESETTING, NOW)
                        .waitingFor(List.of("a")));
    }

    @Test
    void carriesOnOnlyWhatItHasSeenAndOnlyAsTheLeader() {
        assertThat(records.change(epoch, W7, Optional.of(BEGUN), Optional.of(BLOCKED)))
                .isFalse();
        assertThat(records.change(new Epoch(epoch.value() - 1), W7, Optional.empty(), Optional.of(BEGUN)))
                .isFalse();
        assertThat(records.change(epoch, W7, Optional.empty(), Optional.of(BEGUN)))
                .isTrue();
        assertThat(records.change(epoch, W7, Optional.of(BEGUN), Optional.of(BLOCKED)))
                .isTrue();
        var word = Departure.begin(W7, BEGUN.from(), Stage.REMOVING, NOW);
        records.say(word);
        assertThat(records.change(epoch, W7, Optional.of(BLOCKED), Optional.empty()))
                .isFalse();
        assertThat(records.all()).containsExactly(word);
        assertThat(records.change(epoch, W7, Optional.of(word), Optional.empty()))
                .isTrue();
        assertThat(records.all()).isEmpty();
    }

    @Test
    void pausesTwiceAsLongEachTimeAndNeverMoreThanHalfAnHour() {
        var departure = BEGUN;
        for (int minutes : new int[] {1, 2, 4, 8, 16, 30, 30, 30}) {
            departure = departure.to(Stage.EMPTYING, NOW).blocked(BLOCKED.reasons(), NOW);
            assertThat(departure.again()).contains(NOW.plus(Duration.ofMinutes(minutes)));
        }
        assertThat(departure.tries()).isEqualTo(8);
    }
}
