package io.keelson.lab.history;

import io.keelson.lab.history.Operation.Action;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges histories of registers, each empty at first. Registers are independent, and linearizability is local: a history is
 * linearizable if that of each key is (Herlihy and Wing 1990, theorem 1).
 */
public final class Linearizability {
    /** More clients at once make the search explode, and prove no more. */
    public static final int MOST_CLIENTS = 8;

    private static final long MOST_STEPS = 20_000_000;

    private Linearizability() {}

    /**
     * The first key whose history is illegal or could not be decided, else Legal.
     *
     * @throws IllegalArgumentException if more than {@value #MOST_CLIENTS} clients took part, or one did two things at once
     */
    public static Verdict judge(List<Operation> history) {
        return judge(history, MOST_STEPS);
    }

    static Verdict judge(List<Operation> history, long mostSteps) {
        check(history);
        var byKey = history.stream().collect(Collectors.groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
        Optional<Verdict> undecided = Optional.empty();
        for (var each : byKey.entrySet()) {
            switch (new Search(each.getValue(), mostSteps).run()) {
                case Verdict.Illegal illegal -> {
                    return illegal;
                }
                case Verdict.Undecided gaveUp -> undecided = Optional.of(gaveUp);
                case Verdict.Legal legal -> {}
            }
        }
        return undecided.orElseGet(() -> new Verdict.Legal(history.size()));
    }

    private static void check(List<Operation> history) {
        var byClient = history.stream().collect(Collectors.groupingBy(Operation::client));
        if (byClient.size() > MOST_CLIENTS) {
            throw new IllegalArgumentException(byClient.size() + " clients; at most " + MOST_CLIENTS + " are judged");
        }
        for (var own : byClient.values()) {
            var inOrder = new ArrayList<>(own);
            inOrder.sort(Comparator.comparingLong(Operation::called));
            for (int i = 1; i < inOrder.size(); i++) {
                var before = inOrder.get(i - 1);
                if (before.known() && before.answered() > inOrder.get(i).called()) {
                    throw new IllegalArgumentException("client " + before.client() + " did two things at once: "
                            + before + " and " + inOrder.get(i));
                }
            }
        }
    }

    /** What the register holds after an operation takes effect; empty if it cannot, or need not, take effect on that. */
    static Optional<Optional<String>> effect(Operation operation, Optional<String> register) {
        return switch (operation.action()) {
            case Action.Read(var seen) -> seen.equals(register) ? Optional.of(register) : Optional.empty();
            case Action.Write(var value) -> Optional.of(Optional.of(value));
            case Action.CompareAndSet(var expected, var value, var swapped) -> {
                boolean would = expected.equals(register);
                if (would && (swapped || !operation.known())) {
                    yield Optional.of(Optional.of(value));
                }
                yield !would && !swapped && operation.known() ? Optional.of(register) : Optional.empty();
            }
        };
    }

    /** An operation whose answer never came and that changes nothing explains nothing. */
    static boolean matters(Operation operation) {
        return operation.known() || !(operation.action() instanceof Action.Read);
    }

    /** Which operations took effect, and what came of it: from there on the search is the same however it came there. */
    record Situation(BitSet done, Optional<String> register) {}
}
