package io.keelson.agent.host;

import java.time.Duration;
import java.util.List;

/** Programs run to their end. No shell is involved; arguments never hold secrets. */
public interface Programs {
    /**
     * Runs a program with an empty standard input and a minimal environment.
     *
     * @param argv the program's absolute path or a name looked up in the system's directories, and its arguments
     * @param limit after which it is killed; the result then says so
     */
    Result run(List<String> argv, Duration limit);

    /**
     * How a program ended.
     *
     * @param exit its status; 124 when it was killed after the limit, 127 when there is no such program
     * @param out standard output, at most 1 MiB
     * @param err standard error, at most 1 MiB
     */
    record Result(int exit, String out, String err) {
        /** Whether it ended with status 0. */
        public boolean ok() {
            return exit == 0;
        }
    }
}
