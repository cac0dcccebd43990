package io.keelson.agent.snapshot;

import io.keelson.problem.Problem;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Passes a problem on unless the one before had the same code: what is tried every few seconds is told once. */
final class OnceEach implements Consumer<Problem> {
    private static final System.Logger LOG = System.getLogger("keelson.snapshot");

    private final Consumer<Problem> next;
    private String told = "";

    OnceEach(Consumer<Problem> next) {
        this.next = next;
    }

    @Override
    public void accept(Problem problem) {
        if (told.equals(problem.code().name())) {
            LOG.log(Level.DEBUG, "still: {0}", problem.what());
            return;
        }
        told = problem.code().name();
        LOG.log(Level.WARNING, "{0}: {1}", told, problem.what());
        next.accept(problem);
    }

    /** All is well again. */
    void forget() {
        told = "";
    }
}
