package io.keelson.cli;

import io.keelson.problem.Problem;
import java.util.List;

/** What the command's exit status says; documented in its help, and never changed. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;
    /** Refused or failed; the problems are on standard error. */
    static final int FAILED = 1;
    /** Called wrongly (sysexits EX_USAGE). */
    static final int USAGE = 64;
    /** The server did not answer (sysexits EX_UNAVAILABLE). */
    static final int UNREACHABLE = 69;
    /** A wait came to its end first (as of timeout(1)). */
    static final int TIMED_OUT = 124;

    private ExitCode() {}

    /** The status for problems that are reported together: the most telling one. */
    static int of(List<Problem> problems) {
        return problems.stream().mapToInt(ExitCode::of).max().orElse(FAILED);
    }

    private static int of(Problem problem) {
        return switch (problem.code()) {
            case SERVER_UNREACHABLE -> UNREACHABLE;
            case WAIT_TIMED_OUT -> TIMED_OUT;
            default -> FAILED;
        };
    }
}
