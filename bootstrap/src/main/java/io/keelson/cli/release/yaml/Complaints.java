package io.keelson.cli.release.yaml;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with one document, so that all of it is reported together. Not thread-safe. */
public final class Complaints {
    private final String document;
    private final List<Problem> problems = new ArrayList<>();

    /** @param document the name that a person knows the document by, such as its path */
    public Complaints(String document) {
        this.document = document;
    }

    /** The document's name. */
    public String document() {
        return document;
    }

    /** Adds a refusal about a place in the document. */
    public void add(ProblemCode code, int line, String what, String advice) {
        add(Problem.error(code, document + ":" + line + ": " + what, Remedy.advise(advice)));
    }

    /** Adds a problem that was found elsewhere. */
    public void add(Problem problem) {
        problems.add(problem);
    }

    /** What was gathered so far. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /**
     * Ends the work if anything stops it.
     *
     * @throws ProblemException with everything that was gathered, if at least one problem is an error
     */
    public void throwIfAny() {
        if (problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)) {
            throw new ProblemException(problems);
        }
    }
}
