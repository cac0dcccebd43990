package io.keelson.server.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.Epoch;
import io.keelson.problem.ProblemException;
import io.keelson.server.store.Condition;
import io.keelson.server.store.ForwardingStateStore;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final long BUMP = 1_000_000_000;

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final PausedStore pausable = new PausedStore(store);
    private final Leadership first = new Leadership(pausable, "first", TTL, System::nanoTime);
    private final Leadership second = new Leadership(store, "second", TTL, System::nanoTime);

    @AfterEach
    void stop() {
        pausable.resume();
        first.close();
        second.close();
    }

    @Test
    void oneOfTwoCandidatesLeadsAndBothKnowWhich() {
        first.start();
        await().atMost(PATIENCE).until(() -> first.current().isPresent());
        second.start();
        await().atMost(PATIENCE).until(() -> second.leader().isPresent());
        assertThat(second.current()).isEmpty();
        assertThat(second.leader()).isEqualTo(first.leader());
        assertThat(second.leader().orElseThrow().server()).isEqualTo("first");
        assertThatThrownBy(second::require).isInstanceOf(ProblemException.class).hasMessageContaining("first does");
    }

    @Test
    void pausedLeaderLosesItsLeadershipAndCannotWriteAnyMore() {
        first.start();
        await().atMost(PATIENCE).until(() -> first.current().isPresent());
        Epoch old = first.require();
        second.start();
        pausable.pause();
        await().atMost(PATIENCE).until(() -> second.current().isPresent());
        assertThat(first.current()).isEmpty();
        assertThat(second.require()).isGreaterThan(old);
        var late = Transaction.when(Condition.holdsLeadership(old)).then(Write.put("/late", "order"));
        assertThat(store.commit(late)).isFalse();
        pausable.resume();
        await().atMost(PATIENCE)
                .until(() ->
                        first.leader().filter(l -> l.server().equals("second")).isPresent());
        assertThat(first.current()).isEmpty();
    }

    @Test
    void neverDoTwoLeadAtOnce() {
        first.start();
        second.start();
        for (int round = 0; round < 3; round++) {
            await().atMost(PATIENCE)
                    .until(() -> first.current().isPresent() || second.current().isPresent());
            assertThat(first.current().isPresent() && second.current().isPresent())
                    .isFalse();
            pausable.pause();
            await().atMost(PATIENCE).until(() -> second.current().isPresent());
            assertThat(first.current()).isEmpty();
            pausable.resume();
        }
    }

    @Test
    void leaderThatStopsHandsOverAtOnce() {
        first.start();
        await().atMost(PATIENCE).until(() -> first.current().isPresent());
        second.start();
        first.close();
        await().atMost(TTL.dividedBy(2)).until(() -> second.current().isPresent());
    }

    @Test
    void tellsItsListenersBeginningAndEnd() {
        var told = new CopyOnWriteArrayList<Optional<Epoch>>();
        first.start();
        await().atMost(PATIENCE).until(() -> first.current().isPresent());
        first.onChange(told::add);
        first.close();
        assertThat(told).hasSize(2);
        assertThat(told.getFirst()).isPresent();
        assertThat(told.getLast()).isEmpty();
    }

    @Test
    void leadsAgainWithAHigherEpochAfterTheStoreWasAway() {
        first.start();
        await().atMost(PATIENCE).until(() -> first.current().isPresent());
        var old = first.require();
        store.unavailable(true);
        await().atMost(PATIENCE).until(() -> first.current().isEmpty());
        store.unavailable(false);
        await().atMost(PATIENCE).until(() -> first.current().isPresent());
        assertThat(first.require()).isGreaterThan(old);
    }

    @Test
    void aLeaderThatWasNotStoppedCampaignsAnewWhenItsStoreIsBegunAnew() {
        var told = new CopyOnWriteArrayList<Optional<Epoch>>();
        first.start();
        await().atMost(PATIENCE).until(() -> first.current().isPresent());
        var old = first.require();
        first.onChange(told::add);
        store.raise(5 * BUMP);
        await().atMost(PATIENCE)
                .until(() -> first.current().filter(now -> now.beginning() == 5).isPresent());
        // Listeners are told a moment after it is so.
        await().atMost(PATIENCE).until(() -> told.size() == 3);
        assertThat(told).containsExactly(Optional.of(old), Optional.empty(), first.current());
        var late = Transaction.when(Condition.holdsLeadership(old)).then(Write.put("/late", "order"));
        assertThat(store.commit(late)).isFalse();
    }

    @Test
    void aLeaderOfBeforeWhoseLeaseLivesKeepsNobodyFromLeading() {
        var frozen = new Leadership(pausable, "frozen", Duration.ofMinutes(5), System::nanoTime);
        frozen.start();
        await().atMost(PATIENCE).until(() -> frozen.current().isPresent());
        var old = frozen.require();
        pausable.pause();
        store.raise(BUMP);
        second.start();
        await().atMost(PATIENCE).until(() -> second.current().isPresent());
        assertThat(second.require().beginning()).isEqualTo(1);
        var late = Transaction.when(Condition.holdsLeadership(old)).then(Write.put("/late", "order"));
        assertThat(store.commit(late)).isFalse();
        pausable.resume();
        await().atMost(PATIENCE).until(() -> frozen.current().isEmpty());
        frozen.close();
    }

    /** The store as a server sees it that is frozen: every call waits until it is thawed. */
    private static final class PausedStore extends ForwardingStateStore {
        private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

        private PausedStore(StateStore store) {
            super(store);
        }

        void pause() {
            gate.writeLock().lock();
        }

        void resume() {
            if (gate.isWriteLockedByCurrentThread()) {
                gate.writeLock().unlock();
            }
        }

        @Override
        protected void pass() {
            gate.readLock().lock();
            gate.readLock().unlock();
        }
    }
}
