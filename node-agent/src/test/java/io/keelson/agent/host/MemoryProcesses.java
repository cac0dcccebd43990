package io.keelson.agent.host;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Processes as a test starts them. */
public final class MemoryProcesses implements Processes {
    private final List<Running> running = new ArrayList<>();
    private final Set<Long> unkillable = new HashSet<>();
    private long last = 5000;

    /** Starts one in those control groups. */
    public Running start(String command, String... groups) {
        var process = new Running(++last, command, last * 100, List.of(groups));
        running.add(process);
        return process;
    }

    /** It waits for something in the kernel for ever, or no longer. */
    public void unkillable(Running process, boolean is) {
        if (is) {
            unkillable.add(process.pid());
        } else {
            unkillable.remove(process.pid());
        }
    }

    /** The host goes down. */
    public void endAll() {
        running.clear();
    }

    @Override
    public List<Running> all() {
        return List.copyOf(running);
    }

    @Override
    public void kill(Running process) {
        if (!unkillable.contains(process.pid())) {
            running.remove(process);
        }
    }
}
