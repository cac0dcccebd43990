package io.keelson.agent.plan;

import io.keelson.agent.host.Host;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;

/** Asks a step its question, and classifies what it throws instead of answering. */
final class Observation {
    private Observation() {}

    /** The step's finding; a thrown problem is a refusal. */
    static Finding of(Step step, Host host) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before " + step.id());
        }
        try {
            return step.observe(host);
        } catch (ProblemException e) {
            passOnInterrupt(e);
            return new Finding.Refused(e.problem());
        } catch (RuntimeException e) {
            passOnInterrupt(e);
            return new Finding.Refused(surprise(step, e));
        }
    }

    /** An exception that only came because the thread was interrupted says nothing about the host. */
    static void passOnInterrupt(RuntimeException e) throws InterruptedException {
        if (Thread.interrupted()) {
            var interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    static Problem surprise(Step step, RuntimeException e) {
        return Surprise.of("step " + step.id() + " (" + step.title() + ")", e);
    }

    static Problem didNotSettle(Step step, String still) {
        return Problem.error(
                ProblemCode.HOST_STEP_DID_NOT_SETTLE,
                "step " + step.id() + " (" + step.title() + ") was applied, but after "
                        + step.settle().toSeconds() + " s still: " + still,
                Remedy.advise("Read the agent's log on the host; the agent tries again by itself.", Surprise.JOURNAL));
    }
}
