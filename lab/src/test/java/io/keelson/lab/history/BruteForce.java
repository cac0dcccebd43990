package io.keelson.lab.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Linearizability by its definition: tries every order of every choice of unanswered operations. For a handful of them. */
final class BruteForce {
    private BruteForce() {}

    static boolean legal(List<Operation> history) {
        return history.stream()
                .map(Operation::key)
                .distinct()
                .allMatch(key -> ordered(
                        history.stream().filter(each -> each.key().equals(key)).toList(), Optional.empty()));
    }

    private static boolean ordered(List<Operation> left, Optional<String> register) {
        if (left.stream().noneMatch(Operation::known)) {
            return true;
        }
        for (var next : left) {
            boolean first = left.stream().noneMatch(other -> other.precedes(next));
            var after = first && Linearizability.matters(next)
                    ? Linearizability.effect(next, register)
                    : Optional.<Optional<String>>empty();
            if (after.isPresent()) {
                var rest = new ArrayList<>(left);
                rest.remove(next);
                if (ordered(rest, after.get())) {
                    return true;
                }
            }
        }
        return false;
    }
}
