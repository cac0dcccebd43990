package io.keelson.lab.history;

import io.keelson.lab.history.Operation.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Histories made by chance. */
final class RandomHistory {
    private RandomHistory() {}

    /** What a register did, with a few answers that are lost. */
    static List<Operation> real(Random random, int clients, int operations) {
        return make(random, clients, operations, 200, 0);
    }

    /** The same, small, with many lost answers, and half of the time with something seen that is not so. */
    static List<Operation> any(Random random, int clients, int most) {
        return make(random, clients, 1 + random.nextInt(most), 5, random.nextBoolean() ? 3 : 0);
    }

    /**
     * Operations take effect one after the other, at moments 10, 20 and so on, and begin before that and end after it, not
     * before the client's last one ended.
     *
     * @param lost one of so many answers is
     * @param wrong one of so many answers is; 0 for none
     */
    private static List<Operation> make(Random random, int clients, int operations, int lost, int wrong) {
        var history = new ArrayList<Operation>();
        var free = new long[clients];
        Optional<String> register = Optional.empty();
        for (int i = 0; i < operations; i++) {
            long effect = 10L * (i + clients + 1);
            int client = soonest(free, random);
            if (free[client] >= effect) {
                continue;
            }
            long called = Math.max(free[client] + 1, effect - random.nextInt(10 * clients));
            long answered = effect + random.nextInt(10 * clients);
            boolean unanswered = random.nextInt(lost) == 0;
            boolean happens = !unanswered || random.nextBoolean();
            var action = action(random, register);
            var operation = new Operation(client, "k", called, unanswered ? Operation.NEVER : answered, action);
            if (happens) {
                register = Linearizability.effect(operation, register).orElse(register);
            }
            history.add(wrong > 0 && random.nextInt(wrong) == 0 ? lie(random, operation) : operation);
            free[client] = answered;
        }
        history.sort(Comparator.comparingLong(Operation::called));
        return history;
    }

    private static int soonest(long[] free, Random random) {
        int best = random.nextInt(free.length);
        for (int i = 0; i < free.length; i++) {
            if (free[i] < free[best]) {
                best = i;
            }
        }
        return best;
    }

    private static Action action(Random random, Optional<String> register) {
        return switch (random.nextInt(4)) {
            case 0, 1 -> new Action.Read(register);
            case 2 -> new Action.Write(value(random));
            default -> {
                var expected = random.nextBoolean() ? register : Optional.of(value(random));
                yield new Action.CompareAndSet(expected, value(random), expected.equals(register));
            }
        };
    }

    private static String value(Random random) {
        return "v" + random.nextInt(3);
    }

    private static Operation lie(Random random, Operation honest) {
        var lie = switch (honest.action()) {
            case Action.Read read -> new Action.Read(Optional.of(value(random)));
            case Action.Write write -> write;
            case Action.CompareAndSet swap -> new Action.CompareAndSet(swap.expected(), swap.value(), !swap.swapped());
        };
        return new Operation(honest.client(), honest.key(), honest.called(), honest.answered(), lie);
    }
}
