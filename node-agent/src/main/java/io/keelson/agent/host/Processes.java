package io.keelson.agent.host;

import java.util.List;

/** The host's processes, by the control groups that they are in (cgroups(7), section "/proc files"). */
public interface Processes {
    /** All that run; those that have ended and wait for their parent are not among them. */
    List<Running> all();

    /** Ends one at once (SIGKILL). Nothing happens if it has ended meanwhile, also if another one has its number by now. */
    void kill(Running process);

    /**
     * One of them.
     *
     * @param started when, in clock ticks since the kernel did (proc(5), field 22 of stat): tells it from a later one with the
     *     same number
     * @param groups its control group in every hierarchy, such as {@code /system.slice/kubelet.service}
     */
    record Running(long pid, String command, long started, List<String> groups) {
        public Running {
            groups = List.copyOf(groups);
        }

        @Override
        public String toString() {
            return command + "/" + pid;
        }
    }
}
