package io.keelson.lab.history;

import io.keelson.lab.history.Linearizability.Situation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The search for an order that explains the history of one register (Wing and Gong 1993), which goes into no situation
 * twice (Lowe 2017). Calls and answers stand in one list in the order of their times. Whatever is called before the first
 * answer may come next; once it is chosen, its call and answer leave the list. An answer that stands first belongs to an
 * operation that should have come already: then the last choice was wrong. An operation without an answer may be chosen and
 * need not be, so the history is explained when no answer is left.
 */
final class Search {
    private final List<Operation> operations;
    private final long mostSteps;
    private final Entry head = new Entry(-1, false);
    private final Set<Situation> seen = new HashSet<>();
    private final Deque<Choice> choices = new ArrayDeque<>();
    private final BitSet done = new BitSet();
    private Optional<String> register = Optional.empty();
    private int answersLeft;
    private List<Operation> longest = List.of();
    private List<Operation> stuck = List.of();

    /** The call of an operation, or its answer. */
    private static final class Entry {
        private final int operation;
        private final boolean call;
        private Entry before = this;
        private Entry after = this;
        /** Of a call; itself if there is none. */
        private Entry answer = this;

        private Entry(int operation, boolean call) {
            this.operation = operation;
            this.call = call;
        }

        private void remove() {
            before.after = after;
            after.before = before;
        }

        private void restore() {
            before.after = this;
            after.before = this;
        }
    }

    /** An operation that was chosen, and what the register held before. */
    private record Choice(Entry call, Optional<String> register) {}

    private record Moment(long time, boolean call, int operation) {}

    Search(List<Operation> history, long mostSteps) {
        this.operations = history.stream().filter(Linearizability::matters).toList();
        this.mostSteps = mostSteps;
        list();
    }

    /** In the order of times; of those at the same time calls first, since only what ended before counts as earlier. */
    private void list() {
        var moments = new ArrayList<Moment>();
        for (int i = 0; i < operations.size(); i++) {
            var operation = operations.get(i);
            moments.add(new Moment(operation.called(), true, i));
            if (operation.known()) {
                moments.add(new Moment(operation.answered(), false, i));
                answersLeft++;
            }
        }
        moments.sort(Comparator.comparingLong(Moment::time).thenComparing(moment -> !moment.call()));
        var calls = new Entry[operations.size()];
        for (var moment : moments) {
            var entry = new Entry(moment.operation(), moment.call());
            entry.before = head.before;
            entry.after = head;
            entry.restore();
            if (moment.call()) {
                calls[moment.operation()] = entry;
            } else {
                calls[moment.operation()].answer = entry;
            }
        }
    }

    Verdict run() {
        var at = head.after;
        for (long steps = 0; answersLeft > 0; steps++) {
            if (steps == mostSteps) {
                return new Verdict.Undecided(operations.getFirst().key(), steps);
            }
            if (at.call) {
                at = choose(at) ? head.after : at.after;
            } else if (choices.isEmpty()) {
                remember();
                return new Verdict.Illegal(operations.getFirst().key(), longest, stuck);
            } else {
                remember();
                at = takeBack();
            }
        }
        return new Verdict.Legal(operations.size());
    }

    /** Lets the operation take effect now; false if it cannot, or that leads where the search has been. */
    private boolean choose(Entry call) {
        var next = Linearizability.effect(operations.get(call.operation), register);
        if (next.isEmpty()) {
            return false;
        }
        done.set(call.operation);
        if (!seen.add(new Situation((BitSet) done.clone(), next.get()))) {
            done.clear(call.operation);
            return false;
        }
        choices.push(new Choice(call, register));
        register = next.get();
        call.remove();
        if (operations.get(call.operation).known()) {
            call.answer.remove();
            answersLeft--;
        }
        return true;
    }

    /** Undoes the last choice; the search goes on after it. */
    private Entry takeBack() {
        var choice = choices.pop();
        var call = choice.call();
        register = choice.register();
        done.clear(call.operation);
        if (operations.get(call.operation).known()) {
            call.answer.restore();
            answersLeft++;
        }
        call.restore();
        return call.after;
    }

    /** How far it came, for whoever has to understand why. */
    private void remember() {
        if (choices.size() < longest.size() || (choices.size() == longest.size() && !stuck.isEmpty())) {
            return;
        }
        var order = new ArrayList<Operation>();
        choices.descendingIterator().forEachRemaining(choice -> order.add(operations.get(choice.call().operation)));
        longest = order;
        var waiting = new ArrayList<Operation>();
        for (var entry = head.after; entry.call; entry = entry.after) {
            waiting.add(operations.get(entry.operation));
        }
        stuck = waiting;
    }
}
