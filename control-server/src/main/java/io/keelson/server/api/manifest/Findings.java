package io.keelson.server.api.manifest;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;

/** Gathers problems of one manifest with their places, so that they are told together. Bounded. */
final class Findings {
    private static final int MOST = 100;

    private final List<Problem> problems = new ArrayList<>();

    void add(ProblemCode code, Mark at, String what, String advice) {
        if (problems.size() < MOST) {
            var place = "line " + (at.getLine() + 1) + ", column " + (at.getColumn() + 1);
            problems.add(Problem.error(code, place + ": " + what, Remedy.advise(advice)));
        }
    }

    void invalid(Mark at, String what, String advice) {
        add(ProblemCode.RESOURCE_INVALID, at, what, advice);
    }

    /** @throws ProblemException with everything, if there is anything */
    void raise() {
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
    }
}
