package io.keelson.server;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

/** Starts the server; a start that fails tells its problems instead of a stack trace. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... args) {
        Quarkus.run(null, Main::ended, args);
    }

    private static void ended(int exitCode, @Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException known) {
                known.problems().stream().map(Problem::render).forEach(System.err::println);
                break;
            }
        }
        System.exit(exitCode);
    }
}
