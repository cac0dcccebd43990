package io.keelson.cli.release.os;

import io.keelson.agent.host.Programs;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.List;

/** The packages' own programs, on the machine that builds. */
record Tools(Programs programs) {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int NOT_FOUND = 127;
    private static final int SHOWN = 1_500;

    /**
     * How a program ended, whatever it said.
     *
     * @throws ProblemException RELEASE_TOOL_MISSING
     */
    Programs.Result run(List<String> argv) {
        var result = programs.run(argv, LIMIT);
        if (result.exit() == NOT_FOUND) {
            throw missing(program(argv));
        }
        return result;
    }

    /** What env(1) is to run, if it is asked to. */
    private static String program(List<String> argv) {
        return argv.stream()
                .filter(word -> !word.equals("env") && !word.startsWith("-") && !word.contains("="))
                .findFirst()
                .orElse("env");
    }

    /**
     * What a program says that has to succeed.
     *
     * @param code of the problem if it does not
     * @throws ProblemException with that code, or RELEASE_TOOL_MISSING
     */
    String output(List<String> argv, ProblemCode code, String what) {
        var result = run(argv);
        if (!result.ok()) {
            throw failed(code, what, result).asException();
        }
        return result.out();
    }

    static Problem failed(ProblemCode code, String what, Programs.Result result) {
        var words = (result.out() + "\n" + result.err())
                .strip()
                .replaceAll("[^\\P{Cntrl}\\n]", " ")
                .replaceAll("\\n\\s*", " | ");
        return Problem.error(
                code,
                what + ": " + (words.length() > SHOWN ? "..." + words.substring(words.length() - SHOWN) : words),
                Remedy.advise("Correct the description, or add what is missing, and run the same command again."));
    }

    private static ProblemException missing(String program) {
        var packages = switch (program) {
            case "apt-get" -> "apt";
            case "dpkg-deb" -> "dpkg";
            case "createrepo_c" -> "createrepo-c";
            case "rpmkeys" -> "rpm";
            default -> program;
        };
        return Problem.error(
                        ProblemCode.RELEASE_TOOL_MISSING,
                        "this machine has no " + program,
                        Remedy.advise(
                                "Install it (on hosts with rpm: dnf install "
                                        + (packages.equals("createrepo-c") ? "createrepo_c" : packages) + ").",
                                "apt-get install " + packages))
                .asException();
    }
}
