package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * From when to when a host runs without being started again.
 *
 * @param value the kernel's boot id (random(4)) and the time at which process 1 was started (proc_pid_stat(5)), so that a
 *     container that is started again on the same kernel counts, and a manager that executes itself anew does not
 */
record Boot(String value) {
    private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path FIRST_PROCESS = Path.of("/proc/1/stat");
    /** Behind the name, which may hold anything, and counted from the state on, which is the third field. */
    private static final int START_TIME = 22 - 3;

    /**
     * The present one.
     *
     * @throws io.keelson.problem.ProblemException HOST_STATE_UNREADABLE if the kernel does not say it
     */
    static Boot of(Host host) {
        var id = text(host, ID).strip();
        var stat = text(host, FIRST_PROCESS);
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (id.isEmpty() || fields.length <= START_TIME) {
            throw Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            "the kernel does not say since when the host runs: " + ID + ", " + FIRST_PROCESS,
                            Remedy.advise("Mount /proc on the host.", "cat " + ID))
                    .asException();
        }
        return new Boot(id + "/" + fields[START_TIME]);
    }

    private static String text(Host host, Path file) {
        return host.files()
                .read(file)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }
}
