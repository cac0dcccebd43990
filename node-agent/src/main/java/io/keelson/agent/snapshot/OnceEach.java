package io.keelson.agent.snapshot;

import io.keelson.problem.Problem;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Passes a problem on unless the turn before had one of the same code: what is tried every few seconds is told once. */
final class OnceEach implements Consumer<Problem> {
    private static final System.Logger LOG = System.getLogger("keelson.snapshot");

    private final Consumer<Problem> next;
    private Set<String> told = Set.of();

    OnceEach(Consumer<Problem> next) {
        this.next = next;
    }

    @Override
    public void accept(Problem problem) {
        accept(List.of(problem));
    }

    /** All that one turn met; of each code the first is told. */
    void accept(List<Problem> turn) {
        var firsts = turn.stream()
                .collect(Collectors.toMap(
                        problem -> problem.code().name(),
                        problem -> problem,
                        (first, other) -> first,
                        LinkedHashMap::new));
        firsts.forEach((code, problem) -> {
            if (told.contains(code)) {
                LOG.log(Level.DEBUG, "still: {0}", problem.what());
            } else {
                LOG.log(Level.WARNING, "{0}: {1}", code, problem.what());
                next.accept(problem);
            }
        });
        told = Set.copyOf(firsts.keySet());
    }

    /** All is well again. */
    void forget() {
        told = Set.of();
    }
}
