package io.keelson.problem;

import java.util.List;
import java.util.stream.Collectors;

/** Carries problems to the edge (CLI, API) where they are shown; never used to steer decisions in between. */
public final class ProblemException extends RuntimeException {
    private final transient List<Problem> problems;

    /** One problem. */
    public ProblemException(Problem problem) {
        this(List.of(problem));
    }

    /** Several, reported together. */
    public ProblemException(List<Problem> problems) {
        super(problems.stream().map(p -> p.code() + ": " + p.what()).collect(Collectors.joining("; ")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an exception without a problem");
        }
        this.problems = List.copyOf(problems);
    }

    /** One problem that was caused by an exception. */
    public ProblemException(Problem problem, Throwable cause) {
        this(List.of(problem));
        initCause(cause);
    }

    /** What happened; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** The first problem. */
    public Problem problem() {
        return problems.getFirst();
    }
}
