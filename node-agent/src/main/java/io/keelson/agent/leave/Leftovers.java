package io.keelson.agent.leave;

import io.keelson.agent.host.Programs;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.List;

/** How it is said what of a cluster is left on a host. */
final class Leftovers {
    private static final int NAMED = 8;

    private Leftovers() {}

    /** The first few, and how many more. */
    static String text(List<String> left) {
        var named = String.join(", ", left.subList(0, Math.min(NAMED, left.size())));
        return left.size() <= NAMED ? named : named + " and " + (left.size() - NAMED) + " more";
    }

    /** It could not be taken away. */
    static Problem notBare(String what) {
        return Problem.error(
                ProblemCode.HOST_NOT_BARE,
                what,
                Remedy.advise(
                        "Find out what holds it; a boot of the host ends what does. The agent tries again by itself.",
                        "journalctl -u keelson-agent -n 50"));
    }

    /** What the program printed. @throws ProblemException HOST_STEP_FAILED if it failed */
    static String output(Programs.Result result, List<String> argv) {
        if (!result.ok()) {
            throw Problem.error(
                            ProblemCode.HOST_STEP_FAILED,
                            String.join(" ", argv) + " failed: " + result.err().strip(),
                            Remedy.advise(
                                    "Read the agent's log on the host; the agent tries again by itself.",
                                    "journalctl -u keelson-agent -n 50"))
                    .asException();
        }
        return result.out();
    }
}
