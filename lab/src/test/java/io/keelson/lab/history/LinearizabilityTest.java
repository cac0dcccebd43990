package io.keelson.lab.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.lab.history.Operation.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static final String KEY = "k";

    private static Operation read(int client, long called, long answered, String seen) {
        return new Operation(client, KEY, called, answered, new Action.Read(register(seen)));
    }

    private static Operation write(int client, long called, long answered, String value) {
        return new Operation(client, KEY, called, answered, new Action.Write(value));
    }

    private static Operation swap(
            int client, long called, long answered, String expected, String value, boolean swapped) {
        return new Operation(
                client, KEY, called, answered, new Action.CompareAndSet(register(expected), value, swapped));
    }

    private static Optional<String> register(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static void legal(Operation... history) {
        assertThat(Linearizability.judge(List.of(history))).isInstanceOf(Verdict.Legal.class);
        assertThat(BruteForce.legal(List.of(history))).isTrue();
    }

    private static void illegal(Operation... history) {
        assertThat(Linearizability.judge(List.of(history))).isInstanceOf(Verdict.Illegal.class);
        assertThat(BruteForce.legal(List.of(history))).isFalse();
    }

    @Test
    void whatHappensOneAfterTheOtherIsLegalIfEachReadSeesTheLastWrite() {
        legal(read(1, 0, 1, ""), write(1, 2, 3, "a"), read(2, 4, 5, "a"), write(2, 6, 7, "b"), read(1, 8, 9, "b"));
    }

    @Test
    void aReadDuringAWriteMaySeeEither() {
        legal(write(1, 0, 10, "a"), read(2, 1, 2, ""), read(2, 3, 4, "a"), read(2, 5, 6, "a"));
        illegal(write(1, 0, 10, "a"), read(2, 1, 2, "a"), read(2, 3, 4, ""));
    }

    @Test
    void aStaleReadIsIllegal() {
        illegal(write(1, 0, 1, "a"), write(1, 2, 3, "b"), read(2, 4, 5, "a"));
    }

    @Test
    void aLostWriteIsIllegal() {
        illegal(write(1, 0, 1, "a"), read(2, 2, 3, ""));
        illegal(write(1, 0, 1, "a"), write(2, 2, 3, "b"), read(1, 4, 5, "b"), read(2, 6, 7, "a"));
    }

    @Test
    void aSplitBrainIsIllegal() {
        illegal(
                write(1, 0, 1, "0"),
                swap(1, 2, 6, "0", "a", true),
                swap(2, 3, 7, "0", "b", true),
                read(1, 8, 9, "a"),
                read(2, 10, 11, "b"));
        illegal(swap(1, 0, 4, "", "a", true), swap(2, 1, 5, "", "b", true));
    }

    @Test
    void aSwapThatWasRefusedHasSeenAnotherValue() {
        legal(write(1, 0, 1, "a"), swap(2, 2, 3, "b", "c", false), read(1, 4, 5, "a"));
        illegal(write(1, 0, 1, "a"), swap(2, 2, 3, "a", "c", false));
        illegal(write(1, 0, 1, "a"), swap(2, 2, 3, "b", "c", true));
    }

    @Test
    void aWriteWithoutAnAnswerMayHappenLateOrNever() {
        legal(write(1, 0, Operation.NEVER, "a"), read(2, 1, 2, ""), read(2, 3, 4, ""), read(2, 5, 6, "a"));
        legal(write(1, 0, Operation.NEVER, "a"), read(2, 1, 2, ""), read(2, 3, 4, ""));
        illegal(write(1, 0, Operation.NEVER, "a"), write(2, 1, 2, "b"), read(2, 3, 4, "a"), read(2, 5, 6, "b"));
        illegal(read(2, 0, 1, "a"), write(1, 2, Operation.NEVER, "a"));
    }

    @Test
    void aWriteWithoutAnAnswerHappensOnceAtMost() {
        illegal(
                write(1, 0, Operation.NEVER, "a"),
                read(2, 1, 2, "a"),
                write(2, 3, 4, "b"),
                read(2, 5, 6, "b"),
                read(2, 7, 8, "a"));
    }

    @Test
    void aSwapWithoutAnAnswerHappensIfItCan() {
        legal(write(1, 0, 1, "a"), swap(2, 2, Operation.NEVER, "a", "b", false), read(1, 3, 4, "b"));
        legal(write(1, 0, 1, "a"), swap(2, 2, Operation.NEVER, "a", "b", false), read(1, 3, 4, "a"));
        illegal(write(1, 0, 1, "a"), swap(2, 2, Operation.NEVER, "x", "b", true), read(1, 3, 4, "b"));
    }

    @Test
    void aReadWithoutAnAnswerSaysNothing() {
        legal(write(1, 0, 1, "a"), read(2, 0, Operation.NEVER, "nonsense"), read(1, 2, 3, "a"));
    }

    @Test
    void keysAreJudgedEachByItself() {
        var other = new Operation(2, "other", 4, 5, new Action.Read(Optional.empty()));
        legal(write(1, 0, 1, "a"), other, read(1, 2, 3, "a"));
        var lost = new Operation(1, "other", 2, 3, new Action.Write("x"));
        illegal(write(1, 0, 1, "a"), lost, other);
    }

    @Test
    void saysHowFarItCameAndWhatWasInTheWay() {
        var written = write(1, 0, 1, "a");
        var stale = read(2, 4, 5, "b");

        assertThat(Linearizability.judge(List.of(written, stale)))
                .isEqualTo(new Verdict.Illegal(KEY, List.of(written), List.of(stale)));
    }

    @Test
    void aHistoryThatNobodyCanHaveRecordedIsRefused() {
        assertThatThrownBy(() -> Linearizability.judge(List.of(write(1, 0, 5, "a"), write(1, 3, 6, "b"))))
                .hasMessageContaining("two things at once");
        var crowd = new ArrayList<Operation>();
        for (int client = 0; client < 9; client++) {
            crowd.add(write(client, 0, 1, "a"));
        }
        assertThatThrownBy(() -> Linearizability.judge(crowd)).hasMessageContaining("9 clients");
    }

    @Test
    void aSearchThatTakesTooLongIsGivenUp() {
        var history = new ArrayList<Operation>();
        for (int client = 0; client < 8; client++) {
            history.add(write(client, 0, 10, "v" + client));
        }
        history.add(read(0, 11, 12, "none"));

        assertThat(Linearizability.judge(history, 50)).isEqualTo(new Verdict.Undecided(KEY, 50));
        assertThat(Linearizability.judge(history)).isInstanceOf(Verdict.Illegal.class);
    }

    @Test
    void agreesWithTheDefinitionOnManySmallHistories() {
        var random = new Random(7);
        int legal = 0;
        int tried = 30_000;
        for (int i = 0; i < tried; i++) {
            var history = RandomHistory.any(random, 3, 7);
            boolean expected = BruteForce.legal(history);
            assertThat(Linearizability.judge(history) instanceof Verdict.Legal)
                    .as("%s", history)
                    .isEqualTo(expected);
            legal += expected ? 1 : 0;
        }
        assertThat(legal).as("both kinds are tried").isBetween(tried / 10, tried * 9 / 10);
    }

    @Test
    void whatARegisterReallyDidIsLegalHoweverLongItIs() {
        for (int seed = 0; seed < 20; seed++) {
            var history = RandomHistory.real(new Random(seed), 8, 2_000);

            assertThat(Linearizability.judge(history)).as("seed " + seed).isInstanceOf(Verdict.Legal.class);
        }
    }
}
