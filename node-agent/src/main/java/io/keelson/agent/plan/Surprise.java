package io.keelson.agent.plan;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.lang.System.Logger.Level;

/** An exception that nobody foresaw, as a problem. */
public final class Surprise {
    private static final System.Logger LOG = System.getLogger("keelson.plan");
    static final String JOURNAL = "journalctl -u keelson-agent -n 50";

    private Surprise() {}

    /**
     * What a person is told of it; the log has its trace.
     *
     * @param what failed, such as {@code step os.modules (load kernel modules)}
     */
    public static Problem of(String what, RuntimeException e) {
        LOG.log(Level.ERROR, what + " failed unexpectedly", e);
        var cause = e.getCause() == null ? e : e.getCause();
        var message = String.valueOf(cause.getMessage());
        if (message.contains("No space left on device")) {
            return Problem.error(
                    ProblemCode.HOST_DISK_FULL,
                    what + " ran out of disk: " + message,
                    Remedy.advise("Free disk space on the host; the agent tries again by itself.", "df -h /"));
        }
        return Problem.error(
                ProblemCode.HOST_STEP_FAILED,
                what + " failed: " + cause.getClass().getSimpleName() + ": " + message,
                Remedy.advise("Read the agent's log on the host; the agent tries again by itself.", JOURNAL));
    }
}
